package pinyin

import "strings"

// surnames are the readings of characters that are read differently, or in more than one way, as a surname; the more
// frequent reading first. Sources: 《现代汉语词典》 and 《百家姓》.
//
//nolint:gochecknoglobals // a constant table
var surnames = table(`
曾 zeng  单 shan  仇 qiu  解 xie  区 ou  任 ren  查 zha  盖 ge,gai  翟 zhai,di  覃 qin,tan  乐 yue,le  朴 piao,pu
冼 xian  洗 xian  黑 he  秘 bi  召 shao  缪 miao  种 chong  员 yun  折 she  重 chong  繁 po  佴 nai  臧 zang  牟 mu,mou
那 na  能 nai  谌 chen,shen  逄 pang  祭 zhai,ji  於 yu  都 du  宿 su  莘 shen,xin  葛 ge  句 gou  盛 sheng  应 ying
纪 ji  过 guo  殷 yin  占 zhan  薄 bo  便 pian  会 gui  曲 qu  贲 ben  粘 nian  干 gan  隽 juan  肖 xiao  乜 nie  万 wan
燕 yan  行 xing  藏 zang  余 yu  强 qiang  石 shi  叶 ye  贾 jia  车 che  卜 bu  俞 yu  柏 bai  郇 xun,huan  郗 xi,chi
隗 wei,kui  华 hua  宁 ning  沈 shen  褚 chu  晁 chao  訾 zi  教 jiao  相 xiang  尉 wei,yu  长 chang  大 da  少 shao
哈 ha  幺 yao  适 kuo  缴 jiao  亓 qi  阚 kan  禚 zhuo  妫 gui  芮 rui  戈 ge  撒 sa  么 yao  瞿 qu  亢 kang  蕃 pi
靓 jing  角 jue  洗 xian  鲍 bao  俱 ju  郄 qie,xi  车 che  颉 xie  称 cheng  啜 chuai  谷 gu  炔 gui  陆 lu  六 lu
宓 mi,fu  逯 lu  莫 mo  尹 yin  贠 yun  郓 yun  笮 ze  砦 zhai  甄 zhen  中 zhong  朱 zhu  吕 lv  闾 lv  佘 she  厍 she
`)

// compounds are the surnames of two characters.
//
//nolint:gochecknoglobals // a constant table
var compounds = table(`
尉迟 yu.chi  万俟 mo.qi  单于 chan.yu  长孙 zhang.sun  澹台 tan.tai  皇甫 huang.fu  令狐 ling.hu  宰父 zai.fu
亓官 qi.guan  鲜于 xian.yu  闾丘 lv.qiu  司徒 si.tu  上官 shang.guan  欧阳 ou.yang  夏侯 xia.hou  诸葛 zhu.ge  闻人 wen.ren
东方 dong.fang  赫连 he.lian  公羊 gong.yang  濮阳 pu.yang  淳于 chun.yu  太叔 tai.shu  申屠 shen.tu  公孙 gong.sun
仲孙 zhong.sun  轩辕 xuan.yuan  钟离 zhong.li  宇文 yu.wen  慕容 mu.rong  司马 si.ma  独孤 du.gu  南宫 nan.gong
呼延 hu.yan  纳兰 na.lan  端木 duan.mu  百里 bai.li  东郭 dong.guo  西门 xi.men  第五 di.wu  司空 si.kong  拓跋 tuo.ba
叶赫 ye.he  完颜 wan.yan  耶律 ye.lv  尉犁 yu.li  可足 ke.zu  吐谷 tu.yu  屠岸 tu.an  梁丘 liang.qiu  左丘 zuo.qiu
乐正 yue.zheng  漆雕 qi.diao  公冶 gong.ye  宗政 zong.zheng  巫马 wu.ma  公西 gong.xi  壤驷 rang.si  谷梁 gu.liang
`)

func table(text string) map[string][]string {
	out := map[string][]string{}
	words := strings.Fields(text)
	for i := 0; i+1 < len(words); i += 2 {
		out[words[i]] = strings.Split(words[i+1], ",")
	}
	return out
}
