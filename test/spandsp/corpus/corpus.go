// Package corpus makes the sound that must not be taken for signals: speech in Chinese and English by espeak-ng, the
// box's own prompts, music, keys pressed, several people at once. The same seed makes the same sound.
package corpus

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Rate is the number of samples a second.
const Rate = 8000

// Length is how long a sound is.
func Length(s []int16) time.Duration { return time.Duration(len(s)) * time.Second / Rate }

// Text that is spoken: a sentence is a beginning, a thing and an end.
var (
	chinese = [3][]string{
		{"您好，我想问一下", "请帮我看看", "昨天我说过", "我的朋友告诉我", "麻烦您查一下", "对不起，我没听清楚", "上个星期二", "如果明天下雨", "我爱人开的是", "喂喂"},
		{"这辆车的保养", "发动机的声音", "新款混合动力", "空调不制冷的问题", "保险到期的日子", "沪A八八三六五的预约", "右前门的划痕", "轮胎和刹车片", "贷款的利率", "试驾的时间", "呜呜的噪音", "拖车和救援电话"},
		{"什么时候可以处理？", "需要多少钱？", "好的，谢谢您。", "嗯嗯，我知道了。", "能不能便宜一点？", "我等一下再打给你。", "请转人工服务。", "到底怎么回事啊！", "八点半以后都有空。", "哈哈，没关系。"},
	}
	english = [3][]string{
		{"Good morning, I would like to ask about", "Could you please check", "Yesterday I was told about", "My wife is calling because of", "You know, we really need", "Oh no, who removed", "If it rains tomorrow, do move", "Whenever you are ready, show me"},
		{"the annual service", "the engine warning light", "a new hybrid", "the air conditioning", "our insurance", "the scratch on the left door", "four winter tyres", "the loan", "a test drive on Wednesday", "the moody blue one", "tow truck number nine", "the booking under one three eight zero"},
		{"and how much it costs?", "as soon as possible.", "Thank you very much.", "Mm-hm, I see.", "It is rather urgent!", "Call me back after five.", "I will wait in the queue.", "No, no, no, that is wrong.", "Ooh, that is cool.", "Bye now."},
	}
	variants = []string{"", "+m1", "+m2", "+m3", "+m4", "+m5", "+m6", "+m7", "+f1", "+f2", "+f3", "+f4", "+f5", "+croak", "+klatt", "+klatt2"}
)

// Speech is so much talk, in pieces of about a minute, each by another voice, at another pace and pitch, half
// Chinese, half English. Loudness is that of telephone talk, −20 ± 6 dBm0.
func Speech(ctx context.Context, seed uint64, length time.Duration) (s []int16, err error) {
	r := rand.New(rand.NewPCG(seed, 1))
	for Length(s) < length {
		voice, parts := "cmn", chinese
		if r.IntN(2) == 0 {
			voice, parts = []string{"en-gb", "en-us"}[r.IntN(2)], english
		}
		var text strings.Builder
		for range 16 {
			for _, p := range parts {
				text.WriteString(p[r.IntN(len(p))] + " ")
			}
			fmt.Fprintf(&text, "%d. ", r.IntN(100_000))
		}
		piece, err := speak(ctx, voice+variants[r.IntN(len(variants))], 120+r.IntN(120), 15+r.IntN(75), text.String())
		if err != nil {
			return nil, err
		}
		s = append(s, Gain(piece, -3-12*r.Float64())...)
	}
	return s, nil
}

func speak(ctx context.Context, voice string, pace, pitch int, text string) ([]int16, error) {
	wav, err := exec.CommandContext(ctx, "espeak-ng", "-v", voice, "-s", strconv.Itoa(pace), "-p", strconv.Itoa(pitch), "--stdout", "--", text).Output()
	if err != nil {
		return nil, fmt.Errorf("speak with espeak-ng: %w", err)
	}
	return convert(ctx, wav, "-t", "wav", "-")
}

// Prompts is the box's own recordings, one after another. The root is that of the repository.
func Prompts(ctx context.Context, root string) ([]int16, error) {
	files, err := filepath.Glob(filepath.Join(root, "internal/sound/prompt/files/*/*.wav"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("list prompts: %d found (make prompts): %w", len(files), err)
	}
	return convert(ctx, nil, files...)
}

// convert turns what sox can read into samples.
func convert(ctx context.Context, in []byte, from ...string) ([]int16, error) {
	c := exec.CommandContext(ctx, "sox", append(append([]string{"-R", "-V1"}, from...), "-r", "8000", "-c", "1", "-e", "signed", "-b", "16", "-t", "raw", "-")...)
	c.Stdin = bytes.NewReader(in)
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("convert with sox: %w", err)
	}
	s := make([]int16, len(out)/2)
	for i := range s {
		s[i] = int16(binary.LittleEndian.Uint16(out[2*i:]))
	}
	return s, nil
}
