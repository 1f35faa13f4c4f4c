#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Asks the compiler what this machine has, one small program per feature, and writes the answers
# for make (probes.mk) and for C (config.h). Features are probed, never guessed from a system's name.
# usage: CC=cc [PORTABLE=1] [STATIC=1] [READLINE=no|libedit] tools/probe.sh BUILDDIR
#
# PORTABLE=1: the answer is no each time, and config.h asks the headers for POSIX.1-2008 alone.
# STATIC=1: no readline, which is loaded while nsk runs. READLINE=no: none either; libedit stands in for it where it is not
# there, or with READLINE=libedit.
set -eu

build=$1
here=$(dirname "$0")/probes
mkdir -p "$build"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Whether FEATURE is not wanted: one library is enough to edit lines with.
is_unwanted() {
	case ${PORTABLE:-0}${STATIC:-0}$1:${READLINE:-} in
	1* | 01readline:* | 01libedit:* | *readline:no | *libedit:no | *readline:libedit) return 0 ;;
	esac
	[ "$1" = libedit ] && [ "${READLINE:-}" != libedit ] && answers readline
}

answers() {
	${CC:-cc} -std=c11 -D_GNU_SOURCE -Werror=implicit-function-declaration -o "$scratch/a.out" "$here/$1.c" >/dev/null 2>&1
}

have=
echo '/* Made by tools/probe.sh. */' >"$scratch/config.h"
echo "#define NSK_PORTABLE $((${PORTABLE:-0}))" >>"$scratch/config.h"
echo "#define NSK_STATIC $((${STATIC:-0}))" >>"$scratch/config.h"
for probe in "$here"/*.c; do
	feature=$(basename "$probe" .c)
	name=HAVE_$(echo "$feature" | tr '[:lower:]' '[:upper:]')
	answer=0
	if ! is_unwanted "$feature" && answers "$feature"; then
		answer=1
		have="$have $feature"
	fi
	echo "#define $name $answer" >>"$scratch/config.h"
done
echo "HAVE :=$have" >"$scratch/probes.mk"
mv "$scratch/config.h" "$build/config.h"
mv "$scratch/probes.mk" "$build/probes.mk"
