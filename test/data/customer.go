package data

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/care/crm"
)

// Shares of customers, in percent.
const (
	companyShare   = 3
	householdShare = 6 // who shares the number of the customer before
	landlineShare  = 4 // whose first number is a landline
	secondShare    = 15
	vipShare       = 2
)

// mobiles are the first three digits of mobile numbers.
//
//nolint:gochecknoglobals // a constant table
var mobiles = strings.Fields(`130 131 132 133 134 135 136 137 138 139 150 151 152 153 155 156 157 158 159 166 170 171 173 175 176 177
	178 180 181 182 183 184 185 186 187 188 189 191 193 195 196 197 198 199`)

// mobile is the number-th mobile number of a kind: no two of customers are alike.
func mobile(number int) string {
	n := scattered(number, len(mobiles)*100_000_000)
	return mobiles[n%len(mobiles)] + fmt.Sprintf("%08d", n/len(mobiles))
}

// Phone is the first number of a customer.
func (d Dealership) Phone(number int) string {
	c := d.chance(customers, number)
	if number > 0 && c.percent(householdShare) {
		return d.Phone(number - 1)
	}
	if c.percent(landlineShare) {
		return fmt.Sprintf("0755%08d", 20_000_000+scattered(number, 69_999_999))
	}
	return mobile(number)
}

// Stranger is the number of somebody who is no customer.
func (d Dealership) Stranger(number int) string { return mobile(2*d.Customers + number) }

// CustomerID is the id of a customer.
func (d Dealership) CustomerID(number int) string {
	return d.chance(customers, number+1<<40).id(moment(number, d.Customers, bookYears))
}

//nolint:gochecknoglobals // constant tables
var (
	tags   = strings.Fields(`老客户 转介绍 大客户 网约车 保险在店 套餐客户 试驾 投诉过 异地 二手车 新能源 自驾群`)
	habits = strings.Fields(`保养后来电确认 只接受周末预约 喜欢靠窗等候 接送车服务 使用代步车 已加企业微信 车内有儿童座椅 电话请打下午`)
)

// isCompany reports whether a customer is a company.
func (d Dealership) isCompany(number int) bool { return number%100 < companyShare }

// Customer makes a customer.
func (d Dealership) Customer(number int) crm.Customer {
	c := d.chance(customers, number+1<<41)
	made := moment(number, d.Customers, bookYears)
	r := crm.Customer{
		ID: d.CustomerID(number), Kind: crm.Person, CreatedAt: made, Source: "import", VIP: c.percent(vipShare),
		Phones: []crm.Phone{{Number: d.Phone(number), Label: "手机"}},
	}
	if d.isCompany(number) {
		r.Kind, r.Name = crm.Company, c.company()
		r.Contact, _ = c.person()
	} else {
		r.Name, r.Gender = c.person()
	}
	if c.percent(secondShare) {
		r.Phones = append(r.Phones, crm.Phone{Number: mobile(d.Customers + number), Label: "家人", DoNotCall: c.percent(20)})
	}
	if c.percent(30) {
		r.WeChat = "wx" + strconv.FormatUint(c.Uint64()>>24, 36)
	}
	if c.percent(8) {
		r.Email = fmt.Sprintf("u%d@example.cn", number)
	}
	if c.percent(60) {
		r.Address = fmt.Sprintf("深圳市%s%s%d号%d栋%d%02d", pick(c, districts), pick(c, roads), 1+c.IntN(3000), 1+c.IntN(20), 1+c.IntN(32), 1+c.IntN(8))
	}
	for c.percent(25) && len(r.Tags) < 3 {
		r.Tags = append(r.Tags, tags[(c.IntN(4)+4*len(r.Tags))%len(tags)])
	}
	if c.percent(70) {
		r.Consent = crm.Consent{Marketing: c.percent(60), At: made, How: "paper", DoNotCall: c.percent(3)}
	}
	if c.percent(20) {
		r.Notes = pick(c, habits)
	}
	if c.percent(50) {
		r.Advisor = d.agent(c)
	}
	if r.Kind == crm.Person && c.percent(40) {
		r.Birthday = crm.On(time.Date(1955+c.IntN(50), time.Month(1+c.IntN(12)), 1+c.IntN(28), 0, 0, 0, 0, time.UTC))
	}
	return r
}
