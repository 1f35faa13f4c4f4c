#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Help, man pages, completions (completions.bats), README and tests agree with the rows of nsk --describe.

load helpers

setup() {
	common_setup
	nsk --describe >rows
	awk -F '\t' '$1 == "command" { print $2 }' rows >commands
}

# Prints what is wrong with the command lines on stdin: commands and options that nsk does not have.
check_lines() {
	awk -F '\t' '
		FNR == NR {
			if ($1 == "command")
				known[$2] = 1
			if ($1 == "option") {
				takes[$2, "-" $3] = $5 == "-" ? 1 : 2
				takes[$2, "--" $4] = 1
			}
			next
		}
		function check_option(word, i, letter) {
			if (word ~ /^--/) {
				sub(/=.*/, "", word)
				if (!((command, word) in takes))
					print command " has no " word ": " $0
				return
			}
			for (i = 2; i <= length(word); i++) {
				letter = "-" substr(word, i, 1)
				if (!((command, letter) in takes))
					print command " has no " letter ": " $0
				else if (takes[command, letter] == 2)
					return
			}
		}
		{
			line = $0
			gsub(/[|;&()"`\047]+/, " ; ", line)
			count = split(line, words, / +/)
			command = ""
			for (i = 1; i <= count; i++) {
				if (words[i] == ";" || words[i] == "--")
					command = ""
				else if (words[i] ~ /^(.*\/)?nsk$/ && i < count && words[i + 1] ~ /^[a-z].*[^:]$/) {
					command = words[++i]
					if (!(command in known)) {
						print "no command " command ": " $0
						command = ""
					}
				} else if (command == "with" && (words[i] in known))
					command = words[i] # the server has options of its own
				else if (command != "" && words[i] ~ /^-./)
					check_option(words[i])
			}
		}' rows -
}

@test "the checker of command lines sees what is wrong" {
	run check_lines <<<'nsk htons 80; nsk tcp-connect -w 3 --timeout=3 -vN host 80'
	assert_output ""
	run check_lines <<<'printf x | nsk tcp-conect host 80'
	assert_output --partial "no command tcp-conect"
	run check_lines <<<'eval "$(nsk tcp-serve --timeoot 3 0)"'
	assert_output --partial "tcp-serve has no --timeoot"
	run check_lines <<<'nsk tcp-connect -vZ host 80'
	assert_output --partial "tcp-connect has no -Z"
}

@test "help shows every option that is not advanced, with its argument" {
	local name

	while read -r name; do
		nsk "$name" --help >help
		awk -F '\t' -v name="$name" '
			FNR == NR {
				if ($1 == "option" && $2 == name && $8 != "advanced")
					wanted[($3 == "-" ? "" : "-" $3) ($3 != "-" && $4 != "-" ? ", " : "") \
						($4 == "-" ? "" : "--" $4) ($5 == "-" ? "" : " " $5)] = 1
				next
			}
			/^ +-/ {
				sub(/^ +/, "")
				sub(/(  .*)?$/, "")
				delete wanted[$0]
				count++
			}
			END { for (option in wanted) print "help of " name " lacks " option }' rows help >missing
		assert_equal "$(cat missing)" ""
	done <commands
}

@test "the man pages' generated parts are those of the options" {
	cd "$ROOT"
	run tools/man-options --check man/*.1
	assert_success
	assert_output ""
}

@test "man-options --check names a page that differs, and make generate's way mends it" {
	mkdir -p man
	cp "$ROOT/man/nsk-tcp-connect.1" man/
	cp -R "$ROOT/man/parts" man/
	sed -i '/Fl \\-timeout/d' man/nsk-tcp-connect.1
	run "$ROOT/tools/man-options" --check man/nsk-tcp-connect.1
	assert_failure 1
	assert_output --partial "man/nsk-tcp-connect.1 differs"
	"$ROOT/tools/man-options" man/nsk-tcp-connect.1
	cmp man/nsk-tcp-connect.1 "$ROOT/man/nsk-tcp-connect.1"
}

@test "man-options refuses a part without an end" {
	printf '.\\" BEGIN OPTIONS\n' >nsk-htons.1
	run "$ROOT/tools/man-options" nsk-htons.1
	assert_failure 1
}

@test "every command has a man page that names it and tells what it is for" {
	local name

	while read -r name; do
		assert_file_exist "$ROOT/man/nsk-$name.1"
		run grep -Eq "^\.Nm nsk-$name( ,)?\$" "$ROOT/man/nsk-$name.1"
		assert_success
		run grep -q "Xr nsk-$name 1" "$ROOT/man/nsk.1"
		assert_success
	done <commands
}

@test "what is typed at a terminal and what is told there is in the pages, and in the README" {
	local page

	for page in tcp-connect tcp-serve; do
		sed -n '/^.Sh TYPING/,/^.Sh /p' "$ROOT/man/nsk-$page.1" >typing
		grep -q 'Ctrl-C' typing || fail "$page: no Ctrl-C"
		grep -q 'Ctrl-Z' typing || fail "$page: no Ctrl-Z"
	done
	grep -q 'a second line says how to open it' "$ROOT/man/nsk-tcp-serve.1" || fail "tcp-serve: one line?"
	run sed -n '/^A chat, in two terminals/,/^A file from/p' "$ROOT/README.md"
	assert_output --partial Ctrl-D
}

@test "every man page is that of a command" {
	local page

	for page in "$ROOT"/man/nsk-*.1; do
		page=${page##*/nsk-}
		run grep -qx "${page%.1}" commands
		assert_success
	done
}

@test "a rendered man page shows every option, advanced ones too" {
	local name

	command -v mandoc >/dev/null || skip "no mandoc"
	while read -r name; do
		mandoc -Tascii -O width=78 "$ROOT/man/nsk-$name.1" | sed 's/.\x08//g' >page
		while read -r option; do
			grep -qe "$option" page || fail "nsk-$name.1 lacks $option"
		done < <(awk -F '\t' -v name="$name" '$1 == "option" && $2 == name {
			print $4 == "-" ? "-" $3 : "--" $4 }' rows)
	done <commands
}

@test "every command has a test file that says so in its first lines" {
	local name

	while read -r name; do
		head -n 5 "$ROOT"/tests/*.bats | grep -Eq "^# .*\b$name\b" || fail "no tests for $name"
	done <commands
}

@test "examples in help use what exists" {
	awk -F '\t' '$1 == "example" { print $3 }' rows >lines
	assert_file_not_empty lines
	run check_lines <lines
	assert_output ""
}

@test "the overview's examples use what exists" {
	nsk help | sed -n '/^Examples:/,/^$/p' >lines
	run check_lines <lines
	assert_output ""
}

@test "examples in the man pages use what exists" {
	sed -n -e 's/^\.Dl //p' -e '/^\.Bd -literal/,/^\.Ed/p' "$ROOT"/man/*.1 | sed 's/\\e/\\/g; s/\\-/-/g' >lines
	assert_file_not_empty lines
	run check_lines <lines
	assert_output ""
}

@test "a command in the man pages stands on one line of 80 columns, to be copied" {
	# behind the indentation there is room for 67 characters
	grep -H '^\.Dl' "$ROOT"/man/*.1 | sed -E 's/.*\/([a-z0-9-]+\.1):\.Dl "?/\1 /; s/\\e/\\/g; s/\\-/-/g; s/"$//' >lines
	assert_file_not_empty lines
	run awk '/nsk / && $2 !~ /:$/ && $3 !~ /:$/ && length($0) - length($1) - 1 > 67' lines
	assert_output ""
}

@test "commands in the README exist" {
	awk '/^```/ { code = !code; next } code' "$ROOT/README.md" >lines
	grep -oE '`[^`]+`' "$ROOT/README.md" | tr -d '`' >>lines
	grep -q nsk lines
	grep -v 'nsk shout' lines >real # the made-up command of "Adding a command"
	run check_lines <real
	assert_output ""
}

@test "targets that the README and the Makefile's map name exist" {
	local target

	{
		awk '/^```/ { code = !code; next } code' "$ROOT/README.md"
		grep -oE '`make[^`]*`' "$ROOT/README.md" | tr -d '`'
		sed -n '/^PROFILE/q; s/^# *//p' "$ROOT/Makefile"
	} | grep -oE '\bmake [a-z]+(-[a-zA-Z]+)?' | sed 's/make //' | sort -u >targets
	assert_file_not_empty targets
	while read -r target; do
		case $target in
		bench-NAME | fuzz-NAME) target=${target%NAME}% ;;
		esac
		grep -Eq "^([a-z-]+ )*$target( [a-z-]+)*:" "$ROOT/Makefile" || fail "no target $target"
	done <targets
}

@test "files that the README names exist" {
	local file

	grep -oE '`(src|tests|tools|man|completions)/[^` ]*`' "$ROOT/README.md" | tr -d '`' | grep -v shout >files
	assert_file_not_empty files
	while read -r file; do
		compgen -G "$ROOT/${file%/}" >/dev/null || fail "there is no $file"
	done <files
}
