// Package pinyin spells Chinese names in Latin letters, so that a person who types "zengguofan", "zgf" or "guofan"
// finds 曾国藩.
//
// Characters have several readings. As a surname a character often has one that it has nowhere else (曾 zeng, 单 shan,
// 仇 qiu, 解 xie); a table of surnames, also of two characters (尉迟 yuchi, 万俟 moqi), decides what is likely. All
// readings of the first character are spelt none the less, because whoever types a name may read it wrongly. ü is
// spelt v, as it is typed.
package pinyin
