#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# "Adding a command" in the README is done literally, in a copy of the tree.

load helpers

# The code block that follows the paragraph beginning with **TITLE**.
block() {
	awk -v title="**$1**" '
		index($0, title) == 1 { found = 1 }
		/^```/ && found { if (inside) exit; inside = 1; next }
		inside' "$ROOT/README.md"
}

# Each "$ nsk ..." of the README with the lines shown below it, in files N.command and N.shown.
shown_commands() {
	awk '
		/^ *\$ nsk / { number++; indent = index($0, "$") - 1
			print substr($0, indent + 3) >(number ".command"); printf "" >(number ".shown"); next }
		number && indent >= 0 {
			if ($0 != "" && substr($0, 1, indent) !~ /^ *$/ || $0 ~ /^```/) { indent = -1; next }
			print substr($0, indent + 1) >(number ".shown")
		}' "$ROOT/README.md"
}

@test "what the README shows is what is printed" {
	local file count=0

	mkdir bin
	ln -s "$NSK" bin/nsk
	PATH=$PWD/bin:$PATH
	shown_commands
	for file in *.command; do
		bash "$file" </dev/null >printed
		diff -B "${file%.command}.shown" printed || fail "$(cat "$file"): not what the README shows"
		count=$((count + 1))
	done
	[ "$count" -ge 2 ]
}

@test "how nsk comes into PATH stands before it is called by its name" {
	local first

	first=$(grep -n '^nsk ' "$ROOT/README.md" | head -n 1 | cut -d : -f 1)
	run awk -v first="$first" 'NR < first && /make install/ && /PATH=\$PWD\/build\/release:\$PATH/' "$ROOT/README.md"
	assert_output --partial "make install"
}

@test "a stranger's command: one file, one line, one page, one test file" {
	[ "${NSK%/nsk}" = "$ROOT/build/release" ] || skip "made beside build/release, once"
	git -C "$ROOT" ls-files -z 2>/dev/null >list || skip "not a git checkout"
	mkdir tree
	tar -C "$ROOT" --null -T list -cf - | tar -C tree -xf -
	# what is compiled already is not compiled again
	(cd "$ROOT" && find build/release -name '*.[dhco]' -o -name '*.mk' -o -name flags) |
		tar -C "$ROOT" -T - -cf - | tar -C tree -xf -
	cd tree
	block "One file" >src/cmd/shout.c
	block "One line" >>src/cmd/commands.def
	block "One page" >man/nsk-shout.1
	block "One test file" >tests/shout.bats
	unset TESTS FILTER V JOBS NSK MAKEFLAGS MAKELEVEL MFLAGS

	make -j2 all >said 2>&1 || fail "$(cat said)"
	run grep -E ': (warning|error):' said
	assert_output ""
	run build/release/nsk shout -n 2 x
	assert_output $'X\nX'
	make generate
	grep -q 'Fl n , Fl \\-times Ar N' man/nsk-shout.1
	grep -q 'Xr nsk-shout 1' man/nsk.1
	run timeout --foreground 300 make --no-print-directory TESTS="tests/shout.bats tests/drift.bats" test 3>&-
	assert_success
	assert_line --regexp '^[0-9]+ passed, 0 failed$'
	# and when something was installed since, the machine is looked at again
	run make build/release/probes.mk
	refute_output --partial PROBE
	touch build/installed
	run make build/release/probes.mk
	assert_line --regexp 'PROBE +build/release/probes.mk'
}

@test "without its page or its test, a new command is noticed" {
	git -C "$ROOT" ls-files -z 2>/dev/null >list || skip "not a git checkout"
	mkdir tree
	tar -C "$ROOT" --null -T list -cf - | tar -C tree -xf -
	cd tree
	cat >nsk <<-EOT
		#!/bin/sh
		case \$1 in
		--describe) printf 'command\\tshout\\tsay it\\tNames\\tWORD\\t1\\t1\\n' ;;
		esac
		exec "$NSK" "\$@"
	EOT
	chmod +x nsk
	unset FILTER V JOBS
	NSK=$PWD/nsk TESTS=tests/drift.bats run timeout --foreground 300 tests/run . 3>&-
	assert_failure
	assert_line --partial "no tests for shout"
	assert_line --partial "nsk-shout.1"
}
