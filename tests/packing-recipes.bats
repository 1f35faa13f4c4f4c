#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The recipes of the README's chapter on packing, run as they stand there.

# shellcheck disable=SC2016,SC2154 # single quotes are for an inner shell; bats sets stderr
load helpers

@test "the README shows what --explain prints" {
	[ "$(printf '\1\0' | od -An -tu2 | tr -d ' ')" = 1 ] || skip "the README shows a little-endian machine"
	awk '/^    \$ nsk calcsize/ { inside = 1; next } /^[^ ]/ { inside = 0 } inside { sub(/^    /, ""); print }' \
		"$ROOT/README.md" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' >shown
	nsk calcsize --explain @bhq >printed
	run diff shown printed
	assert_success
	[ -s shown ]
}

@test "recipe: a DNS header" {
	nsk pack '!6H' 0x1234 0x0100 1 0 0 0 >header
	assert_equal "$(xxd -p header)" 123401000001000000000000
	run nsk unpack --names id,flags,questions,answers,authorities,additional '!6H' -f header
	assert_output 'id=4660 flags=256 questions=1 answers=0 authorities=0 additional=0'
}

@test "recipe: a WAV header" {
	{
		nsk pack '<4sI4s4sIHHIIHH4sI' RIFF 176436 WAVE 'fmt ' 16 1 2 44100 176400 4 16 data 176400
		head -c 176400 /dev/zero
	} >silence.wav
	assert_equal "$(wc -c <silence.wav)" 176444
	run nsk unpack --offset 22 --names channels,rate -f silence.wav '<HI'
	assert_output 'channels=2 rate=44100'
	if command -v python3 >/dev/null; then
		run python3 -c 'import wave; print(wave.open("silence.wav").getparams()[:4])'
		assert_output '(2, 2, 44100, 44100)'
	fi
}

@test "recipe: an ELF header" {
	local header
	header=$(head -c 6 "$NSK" | xxd -p)
	[ "$header" = 7f454c460201 ] || skip "nsk is no 64-bit little-endian ELF program here"
	run nsk unpack --offset 16 --names type,machine,version,entry -f "$NSK" '<HHIQ'
	assert_output --regexp '^type=[23] machine=[0-9]+ version=1 entry=[1-9][0-9]*$'
	run nsk unpack -n 1 --explain -f "$NSK" '<4s5B7xHHIQQQI6H'
	assert_line --partial '"\x7fELF"'
}

@test "recipe: the login records" {
	local format='<hxxi32s4s32s256shhiii16s20s'
	local names=type,pid,line,id,user,host,exit,status,session,seconds,microseconds,address,unused

	assert_equal "$(nsk calcsize "$format")" 384
	nsk pack "$format" 7 1234 pts/0 ts/0 gopher example.org 0 0 0 1700000000 0 '\x7f\0\0\1' '' >wtmp
	nsk pack "$format" 8 1234 pts/0 ts/0 '' '' 0 0 0 1700000060 0 '' '' >>wtmp
	run bash -c '"$NSK" unpack -r --names "$1" -f wtmp "$2" | sed "s/\(\\\\x00\)*\"/\"/g"' - "$names" "$format"
	assert_line --index 0 'type=7 pid=1234 line="pts/0" id="ts/0" user="gopher" host="example.org" exit=0 status=0 session=0 seconds=1700000000 microseconds=0 address="\x7f\x00\x00\x01" unused=""'
	assert_line --index 1 --partial 'type=8 pid=1234 line="pts/0" id="ts/0" user="" host=""'
	command -v utmpdump >/dev/null || skip "no utmpdump to compare with"
	[ "$(uname -m)" = x86_64 ] || skip "utmp has another form here"
	run utmpdump wtmp
	assert_line --regexp '^\[7\] \[01234\] \[ts/0\] \[gopher +\] \[pts/0 +\] \[example.org +\] \[127.0.0.1 +\]'
}

@test "recipe: a length-prefixed stream" {
	local message

	for message in hello 'two words' ''; do
		nsk pack '!I' "${#message}"
		printf %s "$message"
	done >stream
	# shellcheck disable=SC2016
	run bash -c 'cat stream | while length=$("$NSK" unpack -n 1 "!I" 2>/dev/null); do
		"$NSK" unpack -n 1 "${length}s"
	done'
	assert_output $'"hello"\n"two words"\n""'
}

@test "recipe: another byte order" {
	nsk pack '<Id' 1 1.5 >little
	nsk pack '<Id' 2 0.1 >>little
	nsk unpack -r '<Id' <little | nsk pack '>Id' >big
	run nsk unpack -r '>Id' -f big
	assert_output $'1 1.5\n2 0.1'
}
