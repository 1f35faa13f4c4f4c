#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Asks the compiler what this machine has, one small program per feature, and writes the answers
# for make (probes.mk) and for C (config.h). Features are probed, never guessed from a system's name.
# usage: CC=cc tools/probe.sh BUILDDIR
set -eu

build=$1
here=$(dirname "$0")/probes
mkdir -p "$build"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

: >"$scratch/probes.mk"
echo '/* Made by tools/probe.sh. */' >"$scratch/config.h"
for probe in "$here"/*.c; do
	name=HAVE_$(basename "$probe" .c | tr '[:lower:]' '[:upper:]')
	if ${CC:-cc} -std=c11 -D_GNU_SOURCE -Werror=implicit-function-declaration -o "$scratch/a.out" "$probe" \
		>/dev/null 2>&1; then
		answer=1
	else
		answer=0
	fi
	echo "$name := $answer" >>"$scratch/probes.mk"
	echo "#define $name $answer" >>"$scratch/config.h"
done
mv "$scratch/config.h" "$build/config.h"
mv "$scratch/probes.mk" "$build/probes.mk"
