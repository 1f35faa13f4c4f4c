#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What holds for every command: how it is called, where its words go, its exit status.

load helpers

# nsk WORDS... is refused: STATUS, nothing on stdout, one line on stderr that holds TEXT.
assert_refused() {
	local status_wanted=$1 text=$2
	shift 2

	run --separate-stderr nsk "$@"
	assert_failure "$status_wanted"
	assert_equal "$output" ""
	assert_equal "${#stderr_lines[@]}" 1
	case $stderr in
	*"$text"*) ;;
	*) fail "'$stderr' does not hold '$text'" ;;
	esac
}

@test "bare nsk: short help on stderr, status 2" {
	run --separate-stderr nsk
	assert_failure 2
	assert_equal "$output" ""
	assert_equal "${stderr_lines[0]}" "Usage: nsk COMMAND [OPTION]... [OPERAND]..."
	[[ $stderr == *tcp-connect* && $stderr == *"nsk help"* ]]
	[ "${#stderr_lines[@]}" -lt 12 ]
}

@test "an unknown command names the nearest ones" {
	assert_refused 2 "unknown command 'tcp-conect'; did you mean tcp-connect" tcp-conect
	assert_refused 2 "tcp-serve" tcp-srve
	assert_refused 2 "htons" hton 80
	assert_refused 2 "unknown command 'zzzzzz'; 'nsk help' lists them" zzzzzz
	assert_refused 2 "unknown command ''" ""
}

@test "an unknown command is known by other names for it" {
	assert_refused 2 tcp-serve listen
	assert_refused 2 tcp-serve server
	assert_refused 2 tcp-connect client
}

@test "a command name is not abbreviated, nor taken in capitals" {
	assert_refused 2 "unknown command" tcp-c
	assert_refused 2 "unknown command" HTONS 80
}

@test "netcat's habits without a command are answered with the nsk line" {
	assert_refused 2 "nsk tcp-serve 8080" -l 8080
	assert_refused 2 "nsk tcp-serve 8080" -lp 8080
	assert_refused 2 "nsk tcp-serve 8080" -l -p 8080
	assert_refused 2 "nsk tcp-serve 8080" -v -l 8080
	assert_refused 2 "nsk tcp-serve 8080" -p 8080 -l
	assert_refused 2 "nsk tcp-serve 127.0.0.1 8080" -l 127.0.0.1 8080
	assert_refused 2 "nsk tcp-connect host 80" host 80
	assert_refused 2 "nsk tcp-connect host 80" -v host 80
	assert_refused 2 "nsk tcp-connect host 80" -w 3 host 80
	assert_refused 2 "nsk udp-send host 53" -u host 53
	assert_refused 2 "nsk udp-listen 53" -lu 53
	assert_refused 2 "nsk tcp-serve -k 8080" -lkvnp8080
	assert_refused 2 "nsk tcp-connect -z host 22 80" -zv host 22 80
	assert_refused 2 "nsk tcp-connect -z host 20-25" -z -w1 host 20-25
	assert_refused 2 "nsk unix-connect /run/app" -U /run/app
	assert_refused 2 "nsk unix-serve /run/app" -lU /run/app
	assert_refused 2 "nsk tcp-connect -s 127.0.0.1 localhost 80" -s 127.0.0.1 localhost 80
	assert_refused 2 "nsk udp-send -p 5353 host 53" -u -p5353 host 53
	assert_refused 2 "a command comes first" --listen 8080
	assert_refused 2 "a command comes first" -z
	assert_refused 2 "a command comes first" -l -p
}

@test "an address without a command is answered with tcp-connect" {
	assert_refused 2 "; to connect: nsk tcp-connect host 80" host 80
	assert_refused 2 "; to connect: nsk tcp-connect host 80" host -v 80
	assert_refused 2 "; to connect: nsk tcp-connect 10.0.0.1 ssh" 10.0.0.1 ssh
	assert_refused 2 "; to connect: nsk tcp-connect host:80" host:80
	assert_refused 2 "; to connect: nsk tcp-connect '[::1]:80'" '[::1]:80'
	assert_refused 2 "unknown command 'host'; 'nsk help'" host 80 81
	assert_refused 2 "unknown command '::1:80'; 'nsk help'" ::1:80
	assert_refused 2 "did you mean htons" hton 80
}

@test "netcat's habits in a command are answered with the nsk line" {
	local letter

	for letter in l u U e c X; do
		assert_refused 2 "-$letter: " tcp-connect "-$letter" host 80
	done
	assert_refused 2 "-k: to serve many clients, write: nsk tcp-serve -k 8080" tcp-connect -k 8080
	assert_refused 2 "-r: ports are checked in the order given: nsk tcp-connect -z host 80" tcp-connect -r host 80
	assert_refused 2 "; without them: nsk tcp-connect host 80" tcp-connect -t host 80
	assert_refused 2 ": nsk unix-connect /tmp/x" tcp-connect -U /tmp/x 7
	[[ $stderr == *": nsk unix-connect /tmp/x" ]] || fail "$stderr"
	assert_refused 3 "; for a program, write: nsk tcp-serve 7300 --exec -- cat-of-nobody" tcp-serve 7300 -- cat-of-nobody
	assert_refused 3 "nsk tcp-serve -k 7300 --exec -- cat-of-nobody" tcp-serve -k 7300 cat-of-nobody
	assert_refused 3 "nsk tcp-serve 7300 --exec -- 'a;b'" tcp-serve 7300 'a;b'
	assert_refused 3 "-n allows numbers only; for a program, write: nsk tcp-serve 7300 --exec -- http" tcp-serve -n 7300 http
	run nsk tcp-serve '' cat-of-nobody
	refute_output --partial 'program'
	assert_refused 2 ": nsk tcp-serve 8080" tcp-serve -p 8080
	assert_refused 2 ": nsk tcp-serve 8080" tcp-serve -lp8080
	assert_refused 2 ": nsk tcp-serve 8080" tcp-serve -l -v -w 3 -p 8080
	assert_refused 2 ": nsk tcp-serve 127.0.0.1 8080" tcp-serve 127.0.0.1 -p 8080
	assert_refused 2 ": nsk tcp-serve 8080" tcp-serve -l 8080
	assert_refused 2 ": nsk tcp-serve 8080" tcp-connect -l 8080 --nonsense
	assert_refused 2 ": nsk tcp-serve PORT" tcp-serve -l -p
	assert_refused 2 ": nsk udp-send host 53" tcp-connect -w 3 -u -v host 53
	assert_refused 2 ": nsk tcp-connect host 80 --exec -- /bin/sh -i" tcp-connect -e '/bin/sh -i' host 80
	assert_refused 2 ": nsk tcp-connect HOST PORT --sh 'ls | wc'" tcp-connect -c 'ls | wc'
	assert_refused 2 ": nsk tcp-serve 80 --sh 'echo '\\''a'\\'''" tcp-serve 80 -c "echo 'a'"
}

@test "an unknown option names the nearest" {
	assert_refused 2 "unknown option --timout; did you mean --timeout?" tcp-connect --timout 3 host 80
	assert_refused 2 "unknown option --zzzzzz" tcp-connect --zzzzzz host 80
	assert_refused 2 "unknown option -Z" tcp-connect -Z host 80
	assert_refused 2 "unknown option -Z" tcp-connect -vZ host 80
	assert_refused 2 "unknown option -1 (a number with a sign stands behind --)" htons -1
}

@test "a long option is not abbreviated" {
	assert_refused 2 "unknown option --verb; did you mean --verbose?" tcp-connect --verb host 80
	assert_refused 2 "unknown option --time; did you mean --timeout?" tcp-connect --time=3 host 80
	assert_refused 2 "unknown option --hel" htons --hel
}

@test "an option's argument: missing, superfluous, malformed, out of range" {
	assert_refused 2 "--timeout needs an argument: --timeout DURATION" tcp-connect host 80 --timeout
	assert_refused 2 "-w needs an argument: -w DURATION" tcp-connect host 80 -w
	assert_refused 2 "--verbose takes no argument" tcp-connect --verbose=yes host 80
	assert_refused 2 "-w 'soon': not a duration" tcp-connect -w soon host 80
	assert_refused 2 "--timeout '': not a duration" tcp-connect --timeout= host 80
	assert_refused 2 "--timeout '-1': not a duration" tcp-connect --timeout -1 host 80
	assert_refused 2 "--timeout '99999999999': out of range" tcp-connect --timeout 99999999999 host 80
	assert_refused 2 "--on-peer-eof 'stop': not one of end|continue" tcp-connect --on-peer-eof stop host 80
	assert_refused 2 "--on-peer-eof 'en': not one of end|continue" tcp-connect --on-peer-eof en host 80
	assert_refused 2 "--backlog '99999999999': out of range: " tcp-serve --backlog 99999999999 80
	assert_refused 2 "--backlog 'many': not a number" tcp-serve --backlog many 80
}

@test "too few operands, too many" {
	assert_refused 2 "an operand is missing: nsk tcp-connect [OPTION]... HOST PORT" tcp-connect
	assert_refused 2 "an operand is missing" htons
	assert_refused 2 "extra operand 'x'" tcp-connect host 80 x
	assert_refused 2 "extra operand 'b'" help a b
	assert_refused 2 "extra operand 'x'" --version x
}

@test "operands and options may be mixed, -- ends options" {
	run nsk htons 0 -- 0
	assert_success
	assert_equal "${#lines[@]}" 2
	run nsk htons 0 --help
	assert_success
	assert_line --index 0 --partial "nsk htons: "
	assert_refused 1 "--help: not a number" htons -- --help
	assert_refused 2 "an operand is missing" htons --
}

@test "the first mistake is told, nothing is done" {
	assert_refused 2 "unknown option --nonsense" htons 80 --nonsense
}

@test "help goes to stdout with status 0, whatever else is wrong" {
	run --separate-stderr nsk htons -h
	assert_success
	assert_equal "$stderr" ""
	assert_line --index 0 "nsk htons: put 16-bit numbers into network byte order"
	run --separate-stderr nsk tcp-connect --help --nonsense
	assert_success
	assert_equal "$stderr" ""
	run --separate-stderr nsk --help
	assert_success
	assert_line --index 0 --partial "nsk: "
}

@test "version: number, licence, features" {
	run --separate-stderr nsk --version
	assert_success
	assert_line --index 0 --regexp '^nsk [0-9]+\.[0-9]+\.[0-9]+$'
	assert_output --partial GPL-3.0-or-later
	assert_line --regexp '^features:.* poll'
	assert_line --regexp '^features:.* select'
	assert_equal "$stderr" ""
	local said=$output
	run nsk -V
	assert_output "$said"
	run nsk version
	assert_output "$said"
}

@test "stdout that takes nothing: status 1 and a message" {
	local words

	[ -e /dev/full ] || skip "no /dev/full"
	for words in "htons 80" --help "htons --help" --version --describe help; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr nsk_into /dev/full $words
		assert_failure 1
		[[ $stderr == *": standard output: no space left on device" ]] || fail "$words: $stderr"
	done
}

nsk_into() {
	local file=$1
	shift
	nsk "$@" >"$file"
}

@test "stdout closed: status 1 and a message" {
	nsk_closed() { nsk "$@" >&-; }
	run --separate-stderr nsk_closed htons 80
	assert_failure 1
	assert_equal "$stderr" "nsk htons: standard output: bad file descriptor"
}

@test "stderr closed, or all three: the status is the same" {
	nsk_closed() { nsk "$@" <&- >&- 2>&-; }
	run nsk_closed htons x
	assert_failure 1
	run nsk_closed tcp-connect --nonsense
	assert_failure 2
	run nsk_closed
	assert_failure 2
}

@test "a reader that is gone ends nsk by SIGPIPE, quietly" {
	numbers=$(seq 0 20000)
	# shellcheck disable=SC2086
	"$NSK" htons $numbers 2>said 3>&- | head -n 1 >first || true
	assert_equal "$(cat first)" 0
	assert_equal "$(cat said)" ""
	status=0
	(
		set -o pipefail
		# shellcheck disable=SC2086
		"$NSK" htons $numbers 3>&- | head -n 1 >/dev/null
	) || status=$?
	assert_equal "$status" 141
}

@test "10,000 operands" {
	# shellcheck disable=SC2046
	nsk htons $(yes 80 | head -n 10000) >answers
	assert_equal "$(wc -l <answers)" 10000
	assert_equal "$(sort -u answers | wc -l)" 1
}

@test "an argument of 131,071 bytes" {
	local long word

	long=$(head -c 131071 /dev/zero | tr '\0' 1)
	word=$(tr 1 x <<<"$long")
	run --separate-stderr nsk htons "$long"
	assert_failure 1
	[[ $stderr == *"out of range: 0 to 65535" ]] || fail "$stderr"
	[ "${#stderr}" -lt 4096 ]
	run --separate-stderr nsk htons "$word"
	assert_failure 1
	run --separate-stderr nsk "$word"
	assert_failure 2
	[ "${#stderr}" -lt 4096 ]
	run --separate-stderr nsk htons "--${long:2}"
	assert_failure 2
	run --separate-stderr nsk tcp-connect -w "$long" host 80
	assert_failure 2
}

@test "control characters in a word do not reach the terminal" {
	run --separate-stderr nsk htons $'\e[31m\a1\n'
	assert_failure 1
	assert_equal "$stderr" 'nsk htons: \x1b[31m\x071\x0a: not a number'
	run --separate-stderr nsk $'\r\x7f'
	assert_failure 2
	assert_equal "${stderr_lines[0]}" "nsk: unknown command '\\x0d\\x7f'; 'nsk help' lists them"
	# C1, which terminals obey too, and what is no UTF-8; letters stay
	run --separate-stderr nsk $'\xc2\x9b1m\x9b\xff\xc3\xa9\xe2\x82'
	assert_failure 2
	assert_equal "${stderr_lines[0]}" "nsk: unknown command '\\xc2\\x9b1m\\x9b\\xff"$'\xc3\xa9'"\\xe2\\x82'; 'nsk help' lists them"
}

@test "format letters in a word are words" {
	assert_refused 1 "%s%n%d: not a number" htons %s%n%d
	assert_refused 2 "unknown command '%s%n'" %s%n
}

@test "describe is for programs: tab-separated, no field empty" {
	run --separate-stderr nsk --describe
	assert_success
	assert_equal "$stderr" ""
	nsk --describe >rows
	run awk -F '\t' '
		BEGIN { fields["status"] = 3; fields["command"] = 7; fields["example"] = 4; fields["heading"] = 3
			fields["option"] = 8; fields["alias"] = 2; fields["sockopt"] = 3; fields["api"] = 6; fields["call"] = 6
			fields["poller"] = 2; fields["lesson"] = 3 }
		!($1 in fields) || NF != fields[$1] { print "bad: " $0 }
		{ for (i = 1; i <= NF; i++) if ($i == "") print "empty field: " $0 }' rows
	assert_output ""
}

@test "netcat's letters in place of a command: the family, the side and the type are kept" {
	local line wanted

	while IFS='|' read -r line wanted; do
		# shellcheck disable=SC2086 # the words of the line
		run --separate-stderr nsk $line
		assert_equal "$line: $status $stderr" "$line: 2 nsk: $wanted"
	done <<-'EOT'
		-lU p|a command comes first: nsk unix-serve p
		-luU p|a command comes first: nsk unix-listen p
		-uU p|a command comes first: nsk unix-send p
		-lk 8080|a command comes first: nsk tcp-serve -k 8080
		-lkU p|a command comes first: nsk unix-serve -k p
		-luk 80|a command comes first: nsk udp-listen 80
		-z host 80|a command comes first: nsk tcp-connect -z host 80
		-e cat host 80|a command comes first: nsk tcp-connect host 80 --exec -- cat
		-zu host 80|a command comes first: nsk udp-send host 80
		-zl 80|a command comes first: nsk tcp-serve 80
		-zU p|a command comes first: nsk unix-connect p
		host 80x|unknown command 'host'; 'nsk help' lists them
		host 123456|unknown command 'host'; 'nsk help' lists them
		::1|unknown command '::1'; 'nsk help' lists them
		8080|unknown command '8080'; to connect: nsk tcp-connect 8080
		http://localhost/|unknown command 'http://localhost/'; 'nsk help' lists them
		TCP-LISTEN:80,fork|unknown command 'TCP-LISTEN:80,fork'; 'nsk help' lists them
		nc -l 8080|a command comes first: nsk tcp-serve 8080
		ncat -k -l 80 -e cat|a command comes first: nsk tcp-serve -k 80 --exec -- cat
		netcat host 80|unknown command 'host'; to connect: nsk tcp-connect host 80
		nc|unknown command 'nc'; did you mean tcp-connect?
		[::1]:80|unknown command '[::1]:80'; to connect: nsk tcp-connect '[::1]:80'
		a.b 80 x|unknown command 'a.b'; 'nsk help' lists them
	EOT
}

@test "options and words that make no sense together are refused, and said why" {
	local line wanted

	while IFS='|' read -r line wanted; do
		# shellcheck disable=SC2086 # the words of the line
		run --separate-stderr timeout 10 "$NSK" $line </dev/null
		assert_equal "$line: $status $stderr" "$line: 2 nsk ${line%% *}: $wanted"
		assert_equal "$output" ""
	done <<-'EOT'
		tcp-connect -d --send-only 127.0.0.1 1|--recv-only and --send-only leave nothing to do
		tcp-connect -d --input f 127.0.0.1 1|--recv-only sends nothing, so --input makes no sense with it
		tcp-connect --send-only --output f 127.0.0.1 1|--send-only writes nothing, so --output makes no sense with it
		tcp-serve --log f 0|--log goes with --background
		udp-send --empty 127.0.0.1 9 x|--empty is all that is sent: no TEXT, -L or --size with it
		udp-send --empty -L 127.0.0.1 9|--empty is all that is sent: no TEXT, -L or --size with it
		udp-send --empty --size 5 127.0.0.1 9|--empty is all that is sent: no TEXT, -L or --size with it
		udp-send --size 5 127.0.0.1 9 x|--size is for stdin, which is not read where there is a TEXT
		udp-send --times 2 --size 5 127.0.0.1 9|--times is for TEXT, or for a stdin that is one datagram
		udp-send --times 2 -L 127.0.0.1 9|--times is for TEXT, or for a stdin that is one datagram
		udp-listen --background 127.0.0.1 0|--background needs --output FILE or an answer: nobody would see what comes
		udp-listen --output f --echo 0|with an answer nothing is written but by --json or -x: --output has nothing to take
		socketpair -- -- cat|a program is missing: nsk socketpair [OPTION]... PROGRAM [ARG]... -- PROGRAM [ARG]...
		socketpair cat --|-- and a second program are missing: nsk socketpair [OPTION]... PROGRAM [ARG]... -- PROGRAM [ARG]...
		with tcp-serve 0 --|-- and a command are missing: nsk with SERVER [ARG]... -- COMMAND [ARG]...
		with -- -- cat|a server is missing: nsk with SERVER [ARG]... -- COMMAND [ARG]...
		demo zzzzzzzzzzzz|zzzzzzzzzzzz: no such lesson; nsk demo lists them
		help zzzzzzzzzzzz|neither a command nor a name of the socket API: 'zzzzzzzzzzzz'; 'nsk help' lists the commands
	EOT
}
