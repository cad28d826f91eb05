package intake

import (
	"strings"
	"unicode"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// The kinds of lists.
const (
	Customers = "customers"
	Vehicles  = "vehicles"
	Visits    = "visits"
)

// Field is what a column can mean.
type Field struct {
	Name string `json:"name"`
	// Heading is what the column is called in an export, Chinese; English is the name.
	Heading string `json:"heading"`
	aliases string // further headings, as they are compared
}

// The fields by what they belong to. Names are for ever: stored mappings use them.
//
//nolint:gochecknoglobals // constant tables
var (
	customerFields = []Field{
		{"name", "姓名", "客户姓名 客户名称 客户 车主 车主姓名 名称 送修人 customer customername owner ownername"},
		{"phone", "手机", "电话 手机号 手机号码 电话号码 联系电话 联系方式 移动电话 车主电话 客户电话 mobile mobilephone phonenumber telephone tel"},
		{"phone2", "电话2", "备用电话 其他电话 固定电话 座机 家庭电话 otherphone homephone landline"},
		{"kind", "客户类型", "类型 customertype customerkind type"},
		{"contact", "联系人", "contactperson"},
		{"gender", "性别", "sex"},
		{"birthday", "生日", "出生日期 birthdate dateofbirth"},
		{"wechat", "微信", "微信号 wechatid"},
		{"email", "邮箱", "电子邮箱 电子邮件 mail emailaddress"},
		{"address", "地址", "联系地址 家庭住址 通讯地址"},
		{"vip", "VIP", "贵宾 是否vip"},
		{"tier", "价值等级", "客户等级 等级 grade customertier"},
		{"tags", "标签", "labels"},
		{"language", "语言", "lang"},
		{"do_not_call", "请勿致电", "免打扰 拒绝来电 donotcall dnc"},
		{"customer_advisor", "专属顾问", "客户顾问 owneradvisor"},
		{"notes", "备注", "说明 note remark remarks comment"},
	}
	vehicleFields = []Field{
		{"plate", "车牌", "车牌号 车牌号码 牌照 牌照号 号牌 platenumber licenseplate licenceplate registration"},
		{"vin", "车架号", "vin码 vin号 底盘号 车辆识别代号 车辆识别码 chassis chassisnumber"},
		{"brand", "品牌", "make"},
		{"model", "车型", "车系 车型名称 vehiclemodel"},
		{"model_year", "年款", "车型年份 年份 year"},
		{"color", "颜色", "车身颜色 colour"},
		{"engine_number", "发动机号", "发动机号码 engine engineno"},
		{"mileage", "里程", "行驶里程 公里数 里程数 当前里程 odometer km"},
		{"mileage_on", "里程日期", "mileagedate"},
		{"sold_on", "购车日期", "销售日期 交车日期 开票日期 saledate solddate deliverydate"},
		{"last_service", "上次保养", "上次保养日期 最近保养日期 lastservicedate"},
		{"insured_until", "保险到期", "保险到期日 保险到期日期 insuranceexpiry insuranceend"},
		{"insurer", "保险公司", "insurance insurancecompany"},
		{"inspection_due", "年检到期", "年检日期 年检到期日 验车日期 inspection inspectiondate"},
		{"vehicle_notes", "车辆备注", "vehiclenote"},
	}
	visitFields = []Field{
		{"order", "工单号", "维修单号 结算单号 单号 委托书号 ordernumber repairorder ro orderno"},
		{"at", "进厂时间", "进厂日期 来店日期 到店日期 维修日期 结算日期 结算时间 日期 date visitdate time"},
		{"km", "进厂里程", "visitmileage"},
		{"visit_kind", "维修类型", "业务类型 维修类别 servicetype visittype"},
		{"work", "维修项目", "维修内容 项目 作业内容 workdone description"},
		{"amount", "金额", "实收金额 结算金额 总金额 应收金额 合计 total sum price"},
		{"visit_advisor", "服务顾问", "接待 接待人 advisor serviceadvisor"},
	}
)

// FieldsOf are what the columns of a list of this kind can mean.
func FieldsOf(kind string) ([]Field, error) {
	all := append(append([]Field{}, customerFields...), vehicleFields...)
	switch kind {
	case Customers, Vehicles:
		return all, nil
	case Visits:
		return append(append([]Field{}, visitFields...), all...), nil
	}
	return nil, fault.New(fault.NotFound, "import.kind_unknown", "read fields of %s: no such kind of list", kind)
}

// Guess says for each heading which field the column is likely to be; empty: none.
func Guess(kind string, headings []string) ([]string, error) {
	fields, err := FieldsOf(kind)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(headings))
	taken := map[string]bool{}
	for _, fits := range []func(f Field, heading string) bool{isCalled, contains} {
		for i, h := range headings {
			if h = comparable(h); out[i] != "" || h == "" {
				continue
			}
			for _, f := range fields {
				if !taken[f.Name] && fits(f, h) {
					out[i], taken[f.Name] = f.Name, true
					break
				}
			}
		}
	}
	return out, nil
}

// comparable is a heading without what people decorate it with: "手机号 (*)", "Phone_Number".
func comparable(s string) string {
	if i := strings.IndexAny(s, "(（[【"); i > 0 {
		s = s[:i]
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

func isCalled(f Field, heading string) bool {
	if heading == comparable(f.Name) || heading == comparable(f.Heading) {
		return true
	}
	for alias := range strings.FieldsSeq(f.aliases) {
		if heading == alias {
			return true
		}
	}
	return false
}

// contains is for headings with something around: "车主手机号码1".
func contains(f Field, heading string) bool {
	if strings.Contains(heading, comparable(f.Heading)) {
		return true
	}
	for alias := range strings.FieldsSeq(f.aliases) {
		if len(alias) >= 6 && strings.Contains(heading, alias) {
			return true
		}
	}
	return false
}

// checkMapping refuses unknown fields, fields named twice and lists that lack what makes a row.
func checkMapping(kind string, mapping []string) error {
	fields, err := FieldsOf(kind)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, f := range fields {
		known[f.Name] = true
	}
	var wrong fault.Fields
	has := map[string]bool{}
	for i, name := range mapping {
		switch {
		case name == "":
		case !known[name]:
			wrong.Add(path("mapping", i), "import.field_unknown", "there is no field %q", name)
		case has[name]:
			wrong.Add(path("mapping", i), "import.field_twice", "field %s stands there twice", name)
		}
		has[name] = true
	}
	switch {
	case kind == Customers && !has["name"]:
		wrong.Add("mapping", "import.needs_name", "a list of customers needs a column with names")
	case kind == Vehicles && !has["plate"] && !has["vin"]:
		wrong.Add("mapping", "import.needs_vehicle", "a list of vehicles needs a column with plates or VINs")
	case kind == Visits && !has["at"]:
		wrong.Add("mapping", "import.needs_time", "a list of visits needs a column with their times")
	case kind == Visits && !has["plate"] && !has["vin"] && !has["phone"]:
		wrong.Add("mapping", "import.needs_subject", "a list of visits needs a column with plates, VINs or numbers")
	}
	return wrong.Err()
}
