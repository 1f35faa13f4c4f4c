#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The scripts of tools/ and tests/ themselves: deps.sh, demo, run.

load helpers

setup() {
	common_setup
	unset TESTS FILTER V JOBS # of the run that this is part of
}

# A PATH with the tools that deps.sh needs and a recorder in place of apt-get and sudo.
fake_machine() {
	local tool

	mkdir bin
	for tool in sh env cat grep awk tr id mktemp rm printf; do
		ln -s "$(command -v "$tool")" bin/
	done
	for tool in apt-get sudo; do
		printf '#!/bin/sh\necho "%s $*" >>"%s/asked"\n%s\n' "$tool" "$PWD" "${1:-}" >"bin/$tool"
		chmod +x "bin/$tool"
	done
	: >asked
	unset DEPS
}

deps() {
	PATH=$PWD/bin "$ROOT/tools/deps.sh" "$@"
}

@test "deps.sh does nothing when all is there" {
	fake_machine
	run deps demo build # gcc is not on this PATH
	assert_output --partial "gcc: compiles nsk"
	: >asked
	for tool in gcc make sha256sum; do
		printf '#!/bin/sh\n' >"bin/$tool"
		chmod +x "bin/$tool"
	done
	[ -e /usr/include/stdio.h ] || skip "no libc headers in /usr/include"
	run deps demo build
	assert_success
	assert_output ""
	assert_equal "$(cat asked)" ""
}

@test "deps.sh says what it installs and why, by one apt-get, without an update" {
	fake_machine
	run deps bench
	assert_success
	assert_line --partial "socat: compared with"
	assert_line --regexp '^Installing with apt-get: netcat-openbsd ncat socat'
	run cat asked
	assert_equal "${#lines[@]}" 1
	assert_output --partial "netcat-openbsd ncat socat"
	refute_output --partial "update"
	# what was looked for before is to be looked for again
	INSTALLED=installed run deps bench
	assert_success
	assert_file_exist installed
}

@test "deps.sh tries with new lists once, then fails with what apt-get said" {
	fake_machine 'echo "E: no network"; exit 100'
	run deps bench
	assert_failure 1
	assert_output --partial "E: no network"
	assert_output --partial "could not install netcat-openbsd ncat socat"
	grep -q "update" asked
}

@test "deps.sh installs nothing with DEPS=no" {
	fake_machine
	DEPS=no INSTALLED=installed run deps bench
	assert_success
	assert_output ""
	assert_file_not_exist installed
	assert_equal "$(cat asked)" ""
}

@test "deps.sh refuses a group that does not exist" {
	run "$ROOT/tools/deps.sh" nonsense
	assert_failure 2
}

@test "demo compares a served file with its copy" {
	MIB=3 run "$ROOT/tools/demo" 3>&-
	assert_success
	assert_line --regexp 'sent +[0-9a-f]{64}'
	assert_line --partial "equal: 3 MiB in "
}

@test "demo fails when the copy differs" {
	cat >liar <<-EOT
		#!/bin/sh
		case \$1 in
		tcp-connect) "$NSK" "\$@" | tr '\\000' '\\001' ;;
		*) exec "$NSK" "\$@" ;;
		esac
	EOT
	chmod +x liar
	NSK=$PWD/liar MIB=1 run "$ROOT/tools/demo" 3>&-
	assert_failure 1
	assert_output --partial "differs"
}

@test "run counts, shows failures, and fails with them" {
	sed 's/^case/@test/' >some.bats <<-'EOT'
		case "good" { true; }
		case "bad" { echo "the reason"; false; }
		case "left out" { skip "because"; }
	EOT
	TESTS=$PWD/some.bats run timeout --foreground 60 "$ROOT/tests/run" build/none 3>&-
	assert_failure 1
	assert_line --partial "the reason"
	refute_line --partial "ok 1 good"
	assert_equal "${lines[-1]}" "1 passed, 1 failed"
	assert_equal "${lines[-2]}" "1 skipped"
}

@test "run fails when nothing ran or a file cannot be read" {
	printf '@test "unclosed" {\n' >broken.bats
	TESTS=$PWD/broken.bats run timeout --foreground 60 "$ROOT/tests/run" build/none 3>&-
	assert_failure 1
	TESTS=$PWD/none.bats run timeout --foreground 60 "$ROOT/tests/run" build/none 3>&-
	assert_failure 1
	assert_equal "${lines[-1]}" "0 passed, 1 failed"
}

@test "run fails for a unit program that ends too soon" {
	mkdir -p build/tests/unit
	printf '#!/bin/sh\necho ok 1 fine\nexit 0\n' >build/tests/unit/number
	chmod +x build/tests/unit/number
	run timeout --foreground 60 "$ROOT/tests/run" --units "$PWD/build" 3>&-
	assert_failure 1
	assert_line --partial "after 1 of -1 tests"
	assert_equal "${lines[-1]}" "1 passed, 1 failed"
}

@test "the quick benchmark runs, and every checksum is right" {
	run timeout -k 5 300 python3 -B "$ROOT/tests/bench/streams" --size 16 --runs 1 --programs "nsk,limit" --folder "$BATS_TEST_TMPDIR"
	assert_success
	assert_line --index 0 --partial 'all equal'
}
