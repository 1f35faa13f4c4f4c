#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What becomes of look-ups, records and messages when an allocation fails: see tests/faults/memory.c.

load helpers

setup_file() {
	case $NSK in
	*/asan/*) return ;;
	esac
	cc -shared -fPIC -O2 -o "$BATS_FILE_TMPDIR/memory.so" "$BATS_TEST_DIRNAME/faults/memory.c" || true
}

need_shim() {
	needs_preload
	[[ $NSK != */asan/* ]] || skip "a shim and a sanitizer do not go together: the plain build is tested so"
	MEMORY_FAILS=1 starved calcsize h >/dev/null 2>&1 && skip "no shim for allocations here"
	return 0
}

# `starved ARGS...` is `nsk ARGS...` where allocation number $MEMORY_FAILS fails.
starved() {
	timeout --foreground -s KILL 20 env LD_PRELOAD="$BATS_FILE_TMPDIR/memory.so" "$NSK" "$@" </dev/null 3>&-
}

# Runs `nsk ARGS...` once for each allocation that it makes, which fails. Either the answer is right all the same, or
# there is none and one line says why. Sets TOLD to the number of lines that name the memory, ASKED to that of the
# runs.
assert_answer_or_reason() {
	local answer number status=0 crashed=0

	answer=$(MEMORY_FAILS=0 MEMORY_REPORT=$PWD/count starved "$@")
	TOLD=0 ASKED=$(<count)
	for ((number = 1; number <= ASKED; number++)); do
		status=0
		MEMORY_FAILS=$number starved "$@" >out 2>err || status=$?
		case $status in
		0)
			assert_equal "$(<out)" "$answer"
			assert_file_empty err
			;;
		134 | 139) crashed=$((crashed + 1)) ;;
		1 | 3)
			assert_file_empty out
			assert_equal "$(wc -l <err)" 1
			;;
		*) fail "status $status with allocation $number" ;;
		esac
		if [ "$status" -eq 1 ] && grep -q memory err; then
			TOLD=$((TOLD + 1))
		fi
	done
	[ "$crashed" -le 2 ] || fail "$* crashed $crashed times: two are glibc's own, in nss_database.c"
}

@test "a look-up without memory is a failure, not an answer" {
	need_shim
	local -a words
	for command in "gethostbyaddr 127.0.0.1" "gethostbyname_ex localhost" "gethostbyname localhost" "resolve localhost 80" \
		"resolve -r 127.0.0.1" "getaddrinfo localhost" "getservbyname http tcp" "getprotobyname tcp"; do
		read -ra words <<<"$command"
		assert_answer_or_reason "${words[@]}"
		[ "$TOLD" -ge $((ASKED / 2)) ] || fail "$command: only $TOLD of $ASKED failures were put down to memory"
	done
}

@test "numbers and records without memory: nothing is written, and the reason is told" {
	need_shim
	local -a words
	for command in "htons 80" "pton ::1" "sockopts SO_RCVBUF" "pack -x H 1" "unpack H 0050" "unpack --json --names a H 0050" \
		"unpack --explain H 0050" "calcsize --explain H"; do
		read -ra words <<<"$command"
		assert_answer_or_reason "${words[@]}"
		[ "$TOLD" -ge 1 ] || [ "$ASKED" -le 4 ] || fail "$command: no failure was put down to memory"
	done
}

# A server for three clients, each of which sends a line and half-closes, where allocation $MEMORY_FAILS fails. It does
# not start and says so, or serves those for whom there is memory, and says how many times there was none.
assert_only_that_client_lost() {
	local reply=$1 number asked=0 started=0 lost refused

	shift
	for ((number = 1; number <= 60 && (asked == 0 || number <= asked); number++)); do
		rm -f port report status out.*
		{
			MEMORY_FAILS=$number MEMORY_REPORT=$PWD/report starved tcp-serve -W 3 "$@" --port-file port 0 >out 2>err || true
			touch ended
		} &
		background_pids+=($!)
		until_true test -s port -o -e ended
		lost=0
		if [ -s port ]; then
			started=$((started + 1))
			for _ in 1 2 3; do
				printf 'a line\n' | nsk tcp-connect 127.0.0.1 "$(<port)" --max-time 5 >got 2>/dev/null || true
				[ "$(<got)" = "$reply" ] || lost=$((lost + 1))
			done
		fi
		until_true test -e ended
		rm ended
		refused=$(grep -c memory err) || true
		[ "$lost" -le 1 ] || fail "$*: $lost clients lost by allocation $number: $(<err)"
		[ "$lost" -le "$refused" ] || fail "$*: a client lost without a word by allocation $number: $(<err)"
		[ -s port ] || [ "$refused" -eq 1 ] || fail "$*: mute with allocation $number: $(<err)"
		[ -e report ] || break # it was the report that found no memory: all others have had their turn
		asked=$(<report)
	done
	[ "$started" -ge 5 ] || fail "$*: it started only $started times"
}

@test "R20: a server without memory loses that client only" {
	need_shim
	printf 'given\n' >given
	assert_only_that_client_lost "" -x
	assert_only_that_client_lost given --input given --output 'out.%n' --log-received 'out.received.%n'
	assert_only_that_client_lost "a line" --echo
	assert_only_that_client_lost "a line" --clean-env --sh cat
}

# The rest of the points are tried by make faults.
@test "R20: every command without memory, at every ninth allocation" {
	need_shim
	run timeout -k 5 300 python3 -B "$BATS_TEST_DIRNAME/faults/allocations" --every 9 3>&-
	assert_success
	assert_line --index -1 --regexp ' fine, 0 silent, 0 mute, 0 hung, 0 crash'
}

@test "a message needs no memory" {
	need_shim
	local number told=0
	local -x MEMORY_FAILS MEMORY_STAYS=1

	for number in 1 2 3 4 5 6; do
		MEMORY_FAILS=$number run starved pton "$(head -c 3000 /dev/zero | tr '\0' x)"
		assert_equal "$status" 1
		if [ "$output" != "nsk pton: out of memory" ]; then
			assert_output --regexp '^nsk pton: x{700,}'
			told=$((told + 1))
		fi
	done
	[ "$told" -ge 1 ]
}
