package plate_test

import (
	"testing"

	"github.com/dealerline/dealerline/internal/care/crm/plate"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		in, want string
		kind     plate.Kind
		problem  plate.Problem
	}{
		{"粤B12345", "粤B12345", plate.Ordinary, plate.None},
		{"粤b·12345", "粤B12345", plate.Ordinary, plate.None},
		{"京 A-8888Z", "京A8888Z", plate.Ordinary, plate.None},
		{"沪ＡO1I23", "沪A01123", plate.Ordinary, plate.None},
		{"京O12345", "京O12345", plate.Ordinary, plate.None}, // O was a city letter
		{"粤BD12345", "粤BD12345", plate.NewEnergySmall, plate.None},
		{"粤BDF1234", "粤BDF1234", plate.NewEnergySmall, plate.None},
		{"沪AF12345", "沪AF12345", plate.NewEnergySmall, plate.None},
		{"粤B12345D", "粤B12345D", plate.NewEnergyLarge, plate.None},
		{"粤B1234挂", "粤B1234挂", plate.Trailer, plate.None},
		{"粤B1234学", "粤B1234学", plate.Learner, plate.None},
		{"粤B1234警", "粤B1234警", plate.Police, plate.None},
		{"粤ZA123港", "粤ZA123港", plate.CrossBorder, plate.None},
		{"粤Z1234澳", "粤Z1234澳", plate.CrossBorder, plate.None},
		{"使014001", "使014001", plate.Embassy, plate.None},
		{"沪A0234领", "沪A0234领", plate.Embassy, plate.None},
		{"台B12345", "", "", plate.BadProvince},
		{"B12345", "", "", plate.BadProvince},
		{"", "", "", plate.BadProvince},
		{"\xff\xfe", "", "", plate.BadProvince},
		{"粤112345", "", "", plate.BadCity},
		{"粤I12345", "", "", plate.BadCity},
		{"粤", "", "", plate.BadCity},
		{"粤B1234", "", "", plate.BadNumber},
		{"粤BABCDE", "", "", plate.BadNumber},
		{"粤BL12345", "", "", plate.BadNumber}, // L is no letter of new energy
		{"粤B1234567", "", "", plate.BadNumber},
		{"粤B123456", "", "", plate.BadNumber},
		{"粤B12挂45", "", "", plate.BadNumber},
		{"粤B123挂", "", "", plate.BadNumber},
		{"使14001", "", "", plate.BadNumber},
	} {
		got, problem := plate.Parse(c.in)
		if got.Text != c.want || got.Kind != c.kind || problem != c.problem {
			t.Errorf("Parse(%q) = %q %q %s, want %q %q %s", c.in, got.Text, got.Kind, problem, c.want, c.kind, c.problem)
		}
	}
}

func TestTheFormsPlatesAreFoundBy(t *testing.T) {
	if got := plate.Reversed("粤BO2I45"); got != "54120B粤" {
		t.Errorf("reversed %q", got)
	}
	if got := plate.WithoutProvince("粤B12345"); got != "B12345" {
		t.Errorf("without province %q", got)
	}
	if !plate.Begins("粤B1") || plate.Begins("王") || plate.Begins("") {
		t.Error("beginnings are wrong")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("粤B12345")
	f.Add("粤BD1234O")
	f.Add("使014001")
	f.Fuzz(func(t *testing.T, s string) {
		p, problem := plate.Parse(s)
		if problem != plate.None {
			return
		}
		if again, problem := plate.Parse(p.Text); problem != plate.None || again != p {
			t.Errorf("Parse(%q) = %v, again %v %s", s, p, again, problem)
		}
	})
}
