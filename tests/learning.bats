#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The README's "Learning sockets with nsk": what it shows is what nsk repl shows.

load helpers

# Splits the chapter into block.N (what is typed) and wanted.N (what is shown).
split_chapter() {
	awk '
		/^## / { inside = $0 == "## Learning sockets with nsk" }
		!inside { next }
		/^```/ { block += open = !open; next }
		open && sub(/^nsk> /, "") { print >("block." block); next }
		open { print >("wanted." block) }' "$ROOT/README.md"
}

@test "each example of the chapter shows what the chapter says" {
	local number

	split_chapter
	assert_file_exist block.9
	for ((number = 1; number <= $(find . -name 'block.*' | wc -l); number++)); do
		touch "wanted.$number"
		nsk repl "block.$number" >shown || fail "block $number: $(cat "block.$number")"
		diff "wanted.$number" shown || fail "block $number"
	done
}
