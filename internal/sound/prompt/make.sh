#!/usr/bin/env bash
# Makes the recordings shipped with the box from texts/*.tsv: A-law WAV, 8 kHz, mono, levelled to -3 dB.
# Needs espeak-ng and sox (Debian). Only what is missing or older than its text is made.
set -euo pipefail
cd "$(dirname "$0")"

for tool in espeak-ng sox; do
  command -v "$tool" >/dev/null || { echo "make prompts: install $tool (apt-get install espeak-ng sox)" >&2; exit 1; }
done

speak() { # language voice speed
  local out=files/$1 list=texts/$1.tsv stamp=files/$1/.stamp
  if [ -e "$stamp" ] && [ "$stamp" -nt "$list" ] && [ "$stamp" -nt make.sh ]; then return; fi
  mkdir -p "$out"
  local tmp; tmp=$(mktemp -d)
  while IFS=$'\t' read -r id text; do
    [ -n "$id" ] || continue
    espeak-ng -v "$2" -s "$3" -w "$tmp/$id.wav" -- "$text"
    # The trimming keeps "第" + "二" + "位" from sounding like three sentences.
    sox "$tmp/$id.wav" -r 8000 -c 1 -e a-law "$out/$id.wav" \
      silence 1 0.01 0.1% reverse silence 1 0.01 0.1% reverse pad 0.02 0.06 highpass 200 norm -3 2>/dev/null
  done <"$list"
  rm -rf "$tmp"
  touch "$stamp"
}

music() {
  local out=files/music/default.wav
  if [ -e "$out" ] && [ "$out" -nt make.sh ]; then return; fi
  mkdir -p files/music
  local tmp; tmp=$(mktemp -d)
  local n=0 list=()
  # A calm pentatonic phrase in G, made of plucked strings; 24 s, then from the start.
  for note in G3 B3 D4 E4 D4 B3 A3 G3  E3 G3 A3 B3 A3 G3 E3 D3  G3 A3 B3 D4 E4 G4 E4 D4  B3 A3 G3 A3 B3 A3 G3 G3; do
    sox -n -r 8000 -c 1 "$tmp/$n.wav" synth 0.75 pluck "$note" fade h 0.01 0.75 0.25
    list+=("$tmp/$n.wav"); n=$((n + 1))
  done
  sox "${list[@]}" -e a-law "$out" echo 0.8 0.7 60 0.25 lowpass 3000 norm -12 2>/dev/null
  rm -rf "$tmp"
}

tones() {
  mkdir -p files/music
  [ -e files/music/beep.wav ] || sox -n -r 8000 -c 1 -e a-law files/music/beep.wav synth 0.4 sine 880 norm -6 2>/dev/null
  for language in zh-CN en; do
    [ -e "files/$language/beep.wav" ] || cp files/music/beep.wav "files/$language/beep.wav"
  done
}

speak zh-CN cmn 150
speak en en-gb 150
music
tones
