#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# make install and make uninstall: what is put where, and that nothing stays.

load helpers

# make with the build that is tested, of which nothing is to be built anew.
run_make() {
	make -C "$ROOT" --no-print-directory -o all BUILD="${NSK%/nsk}" \
		DESTDIR="$BATS_TEST_TMPDIR/root dir" "$@" 3>&- >said 2>&1 || fail "$(cat said)"
}

@test "install puts the program, pages, completions and documents; uninstall leaves nothing" {
	local place="root dir/opt/nsk"

	run_make PREFIX=/opt/nsk install
	run "$place/bin/nsk" htons 0
	assert_output 0
	assert_file_executable "$place/bin/nsk"
	for file in man/man1/nsk.1 man/man1/nsk-tcp-serve.1 man/man1/nsk-ntohl.1 bash-completion/completions/nsk \
		zsh/site-functions/_nsk fish/vendor_completions.d/nsk.fish doc/nsk/README.md doc/nsk/SECURITY.md doc/nsk/LICENSE; do
		assert_file_exist "$place/share/$file"
	done
	(cd "$ROOT/man" && ls -- *.1) >wanted
	ls "$place/share/man/man1" >installed
	diff wanted installed

	run_make PREFIX=/opt/nsk uninstall
	run find "root dir" ! -type d
	assert_output ""
	run find "root dir" -name 'nsk' -type d ! -path "*/opt/nsk"
	assert_output ""
}

@test "the default prefix is /usr/local" {
	run_make install
	assert_file_executable "root dir/usr/local/bin/nsk"
	run_make uninstall
	run find "root dir" ! -type d
	assert_output ""
}

@test "uninstall leaves other files alone" {
	mkdir -p "root dir/usr/local/share/man/man1"
	: >"root dir/usr/local/share/man/man1/other.1"
	run_make install
	run_make uninstall
	run find "root dir" ! -type d
	assert_output "root dir/usr/local/share/man/man1/other.1"
}

@test "an installed page is found and rendered" {
	command -v mandoc >/dev/null || skip "no mandoc"
	run_make install
	run bash -c 'mandoc -Tascii "root dir/usr/local/share/man/man1/nsk-ntohl.1" | sed "s/.\x08//g"'
	assert_success
	assert_output --partial "EXIT STATUS"
}
