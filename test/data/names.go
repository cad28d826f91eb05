package data

import "strings"

// surnames are common ones with how many of a thousand people bear them, about (Ministry of Public Security, 2021: the
// first hundred are 85 % of all), and some that are read otherwise as a surname than as a word.
//
//nolint:gochecknoglobals // a constant table
var surnames = weighted(`
王 72 李 72 张 68 刘 54 陈 45 杨 31 赵 23 黄 22 周 21 吴 20 徐 17 孙 15 胡 13 朱 13 马 13 高 12 林 12 何 12 郭 11 罗 10
郑 9 梁 9 谢 8 宋 8 唐 7 许 7 韩 7 冯 6 邓 6 曹 6 彭 6 曾 6 肖 6 田 5 董 5 袁 5 潘 5 于 5 蒋 5 蔡 5 余 4 杜 4 叶 4 程 4 苏 4
魏 4 吕 4 丁 4 任 4 沈 4 姚 4 卢 3 姜 3 崔 3 钟 3 谭 3 陆 3 汪 3 范 3 金 3 石 3 廖 3 贾 3 夏 3 韦 3 付 3 方 3 白 3 邹 3 孟 3 熊 3
秦 3 邱 2 江 2 尹 2 薛 2 闫 2 段 2 雷 2 侯 2 龙 2 史 2 陶 2 黎 2 贺 2 顾 2 毛 2 郝 2 龚 2 邵 2 万 2 钱 2 严 2 覃 2 武 2 戴 2 莫 2
孔 2 向 2 汤 2 欧阳 1 上官 1 司马 1 诸葛 1 单 1 仇 1 解 1 区 1 查 1 翟 1 朴 1 盖 1 尉迟 1
`)

// weighted lists each word as often as the number behind it says.
func weighted(text string) (out []string) {
	words := strings.Fields(text)
	for i := 0; i+1 < len(words); i += 2 {
		n := 0
		for _, digit := range words[i+1] {
			n = 10*n + int(digit-'0')
		}
		for range n {
			out = append(out, words[i])
		}
	}
	return out
}

// Characters of given names, common ones first.
//
//nolint:gochecknoglobals // constant tables
var (
	ofMen = strings.Fields(`伟 强 军 勇 杰 涛 明 超 磊 刚 平 辉 健 鹏 华 飞 鑫 波 斌 宇 浩 凯 俊 建 国 志 文 海 峰 龙 林 东 新 亮
		成 永 庆 光 荣 春 生 德 祥 福 忠 义 兴 良 家 豪 子 轩 天 翔 嘉 诚 振 宏 思 远 世 昌 正 清 学 礼 仁 泽 晨 阳 博 瑞 立 民 根 喜`)
	ofWomen = strings.Fields(`芳 娜 敏 静 丽 艳 娟 霞 秀 英 玲 燕 红 梅 丹 萍 婷 雪 慧 莹 琳 晶 欣 颖 洁 倩 蕾 琴 云 莉 兰 凤 洋
		桂 珍 淑 华 玉 美 佳 怡 梦 瑶 雨 涵 思 诗 语 嫣 诺 依 可 馨 晓 小 月 春 秋 冬 爱 香 素 青 蓉 薇 璐 妍 悦 宁 文 心 若 曦 紫`)
	placesOfCompanies = strings.Fields(`深圳市 深圳市 深圳市 广东 广州市 东莞市 惠州市 前海 南山 福田 宝安 龙岗`)
	wordsOfCompanies  = strings.Fields(`鑫 达 盛 华 通 宏 瑞 泰 恒 信 金 安 顺 天 海 远 新 科 联 创 中 星 宝 源 隆 丰 润 嘉 正 德`)
	tradesOfCompanies = strings.Fields(`科技 贸易 物流 实业 汽车租赁 建筑工程 电子 投资发展 供应链 装饰设计 食品 餐饮管理 网络 物业管理 国际货运代理 医疗器械`)
	formsOfCompanies  = strings.Fields(`有限公司 有限公司 有限公司 有限公司 股份有限公司 有限责任公司 集团有限公司`)
	districts         = strings.Fields(`福田区 罗湖区 南山区 宝安区 龙岗区 盐田区 龙华区 坪山区 光明区`)
	roads             = strings.Fields(`深南大道 滨河路 北环大道 红荔路 彩田路 宝安大道 龙岗大道 布吉路 梅林路 创业路 科苑路 民治大道 人民路 建设路 解放路 和平路`)
)

// person makes a name of two or three characters, more with a surname of two; gender is "m" or "f".
func (c chance) person() (name, gender string) {
	given := ofMen
	gender = "m"
	if c.percent(42) {
		given, gender = ofWomen, "f"
	}
	name = pick(c, surnames) + often(c, given)
	if c.percent(82) {
		name += often(c, given)
	}
	return name, gender
}

// company makes the name of a company.
func (c chance) company() string {
	name := pick(c, placesOfCompanies) + pick(c, wordsOfCompanies) + pick(c, wordsOfCompanies)
	if c.percent(30) {
		name += pick(c, wordsOfCompanies)
	}
	return name + pick(c, tradesOfCompanies) + pick(c, formsOfCompanies)
}
