package config_test

import (
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/base/config"
)

func TestAnEmptyFileIsTheDefault(t *testing.T) {
	c, err := config.Parse("boot.toml", nil)
	if err != nil || c.DataDir != "/var/lib/dealerline" || len(c.SIPListens()) != 2 {
		t.Errorf("Parse(nothing) = %+v, %v", c, err)
	}
}

func TestEveryProblemIsReportedWithItsLine(t *testing.T) {
	const text = `data_dir = "/srv"
log_leval = "info"
log_level = "loud"

[sip]
listen = ["udp:5060", "tls://0.0.0.0:5061"]
external_ip = "here"

[media]
port_min = 10001

[local]
listen = "0.0.0.0:8090"
colour = "red"

[dahdi]
enabled = "perhaps"
echo_canceller = "MG 2"
channels = [1, 1, 0]

[exchange]
lines = 3
`
	_, err := config.Parse("boot.toml", []byte(text))
	if _, ok := errors.AsType[config.Problems](err); !ok {
		t.Fatalf("Parse: %v, want Problems", err)
	}
	for _, want := range []string{
		`boot.toml:2: unknown key "log_leval"`, "boot.toml:3: log_level:", "boot.toml:6: sip.listen: \"udp:5060\"",
		"boot.toml:6: sip.listen: tls:// needs", "boot.toml:7: sip.external_ip", "boot.toml:10: media.port_min",
		"boot.toml:13: local.listen", `boot.toml:14: unknown key "local.colour"`,
		`boot.toml:17: dahdi.enabled: "perhaps"`, "boot.toml:18: dahdi.echo_canceller", "boot.toml:19: dahdi.channels: 1 is there twice",
		"boot.toml:19: dahdi.channels: 0 is not", `boot.toml:22: unknown key "exchange.lines"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in:\n%v", want, err)
		}
	}
}

func TestAWrongTypeNamesItsLine(t *testing.T) {
	_, err := config.Parse("boot.toml", []byte("data_dir = \"x\"\n[media]\nport_min = \"many\"\n"))
	if err == nil || !strings.Contains(err.Error(), "boot.toml:3:") {
		t.Errorf("Parse: %v, want a problem in line 3", err)
	}
}

func TestTheShippedExampleIsTheDefault(t *testing.T) {
	data, err := os.ReadFile("../../../packaging/config/appliance.toml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse("appliance.toml", data)
	if err != nil {
		t.Fatal(err)
	}
	if d := config.Default(); c.SIP.Realm != d.SIP.Realm || c.Media != d.Media || c.Local != d.Local || c.DataDir != d.DataDir ||
		!reflect.DeepEqual(c.DAHDI, config.DAHDI{Enabled: d.DAHDI.Enabled, EchoCanceller: d.DAHDI.EchoCanceller, Channels: []int{}}) || c.Exchange != d.Exchange {
		t.Errorf("the shipped file differs from the defaults:\n%+v\n%+v", c, d)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("[sip]\nlisten = []\n"))
	f.Add([]byte("data_dir = 3\n[media]\nport_min = 99999999"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := config.Parse("x", data)
		if err == nil && len(c.SIPListens()) != len(c.SIP.Listen) {
			t.Error("accepted an address that it cannot listen on")
		}
	})
}
