package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/appliance"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// regular is a customer whom the demo dealership knows, with a car.
type regular struct {
	name, number, plate, model string
	months                     int // since the car was sold
	km                         int // at the last visit
	vip                        bool
}

// regulars are the customers whom the demo dealership knows; two of them share a number.
func regulars() []regular {
	return []regular{
		{"王建国", "13800138001", "粤B12345", "远航 Pro", 26, 31200, true},
		{"曾丽华", "13800138002", "粤BD12345", "星途 EV", 8, 9800, false},
		{"单雄飞", "13800138003", "粤B8K216", "远航", 51, 88400, false},
		{"李晓敏", "13800138004", "粤B66A08", "山岳 7", 14, 17650, false},
		{"欧阳明", "13800138005", "粤BF31277", "星途 EV", 3, 2900, false},
		{"张伟", "13800138006", "粤B5T903", "远航 Pro", 38, 61300, false},
		{"张秀英", "13800138006", "粤B1Q55M", "小城", 30, 22100, false},
		{"仇志强", "13800138008", "粤B90J27", "山岳 7", 22, 41000, true},
		{"陈思远", "13800138009", "粤B3G871", "远航", 63, 120500, false},
		{"刘洋", "13800138010", "粤BDA0518", "星途 EV", 11, 15200, false},
		{"任静", "13800138011", "粤B7C64R", "小城", 17, 9400, false},
		{"鹏城物流有限公司", "075526001234", "粤B2W118", "运达", 40, 143000, false},
	}
}

// someNumber is a caller's number: two of three callers are known.
func someNumber() string {
	if all := regulars(); rand.IntN(3) > 0 {
		return all[rand.IntN(len(all))].number
	}
	return fmt.Sprintf("13%09d", rand.IntN(1_000_000_000))
}

// populate enters the regulars into the books of a demo that has none yet.
func populate(ctx context.Context, book *crm.Book) error {
	by := books.By{Who: store.TheBox, Via: "demo"}
	if hits, err := book.Find(regulars()[0].number, 1); err != nil || len(hits) > 0 {
		return err
	}
	now := time.Now()
	for _, r := range regulars() {
		kind := crm.Person
		if strings.HasSuffix(r.name, "公司") {
			kind = crm.Company
		}
		c, err := book.Create(ctx, by, crm.Customer{Kind: kind, Name: r.name, VIP: r.vip, Phones: []crm.Phone{{Number: r.number}}}, true)
		if err != nil {
			return err
		}
		sold := now.AddDate(0, -r.months, 0)
		v, err := book.AddVehicle(ctx, by, crm.Vehicle{Plate: r.plate, Model: r.model, Owner: c.ID, SoldOn: crm.On(sold)})
		if err != nil {
			return err
		}
		for n := 3; n > 0; n-- { // three visits, evenly over the time since the sale
			at := sold.Add(now.Sub(sold) * time.Duration(4-n) / 4)
			_, err := book.RecordVisit(ctx, by, crm.Visit{
				At: at, Vehicle: v.ID, Customer: c.ID, Kind: crm.Maintenance, Km: r.km * (4 - n) / 3, Work: "保养：机油、机滤", Amount: 48_000,
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// passwordFile keeps the demo's passwords below its data directory.
const passwordFile = "demo-password"

// letIn makes the demo's users: an administrator, and two agents for the two human phones. All have one password, made
// anew for each demo and kept beside its data.
func letIn(ctx context.Context, a *account.Accounts, doc *settings.Document, dir string) (password string, err error) {
	path := filepath.Join(dir, passwordFile)
	if text, err := os.ReadFile(path); err == nil {
		return strings.TrimSpace(string(text)), nil
	}
	code, err := os.ReadFile(filepath.Join(dir, "setup-code"))
	if err != nil {
		return "", nil //nolint:nilerr // somebody else has set this box up
	}
	password = store.NewID()[24:]
	by := store.By{Who: store.TheBox, Via: "demo"}
	_, err = a.Setup(ctx, by, strings.TrimSpace(string(code)), account.User{Login: "admin", Name: "管理员"}, password)
	if err != nil {
		return "", err
	}
	for i, ext := range []string{firstHuman, secondHuman} {
		u := account.User{Login: fmt.Sprintf("agent%d", i+1), Name: fmt.Sprintf("坐席%d", i+1), Role: account.Agent, Agent: agentOf(doc, ext), Extension: ext}
		if u, err = a.Create(ctx, by, u, password+"-first"); err != nil {
			return "", err
		}
		if err = a.ChangePassword(ctx, by, u.ID, password+"-first", password, ""); err != nil {
			return "", err
		}
	}
	return password, os.WriteFile(path, []byte(password+"\n"), 0o600)
}

// furnish gives a new demo its customers and users.
func furnish(ctx context.Context, box *appliance.Box, dir string) (password string, err error) {
	if err := populate(ctx, box.Book()); err != nil {
		return "", err
	}
	return letIn(ctx, box.Accounts(), box.Settings().Current(), dir)
}
