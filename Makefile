# nsk: build, test, install. GNU make, one file.
#
#   make              the program: build/release/nsk
#   make demo         install what is missing, build, move 256 MiB over loopback, compare
#   make check        install what the tests need, build, run every test; last line "N passed, N failed"
#   make test         the same without installing; TESTS='tests/a.bats ...' picks files, FILTER=regex picks cases
#   make unit         the C unit tests alone
#   make lint         gcc, clang, clang-tidy, cppcheck, -fanalyzer, shellcheck, mandoc: silent or red
#   make bench        every benchmark; make bench-NAME: one (tests/bench/NAME)
#   make faults       the longer fault tests: system-call sweep, real peers
#   make generate     write the generated parts of the man pages anew
#   make install      to DESTDIR/PREFIX (default /usr/local); make uninstall takes it away again
#   make coverage     lines reached by the tests, by file
#   make clean
#
# PROFILE=release|debug|asan|coverage live side by side under build/.
# V=1 shows the commands. DEPS=no installs nothing. CFLAGS and LDFLAGS of yours come last.

PROFILE ?= release
PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
DEPS    ?= yes

BUILD   := build/$(PROFILE)
VERSION := 0.1.0

ifneq ($(V),1)
Q := @
say = @printf '  %-8s %s\n' '$(1)' '$(2)';
endif

# ---- flags -------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
            -Wvla -Wformat=2 -Wundef
HARDEN   := -fPIE -fstack-protector-strong -fstack-clash-protection

flags_release  := -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 $(HARDEN)
flags_debug    := -O0 -g3 $(HARDEN)
flags_asan     := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
flags_coverage := -O0 -g --coverage
link_release   := -pie -Wl,-z,relro,-z,now
link_debug     := -pie
link_asan      := -fsanitize=address,undefined
link_coverage  := --coverage

ifeq ($(flags_$(PROFILE)),)
$(error PROFILE is release, debug, asan or coverage)
endif

ALL_CFLAGS  = -std=c11 -Isrc -I$(BUILD) $(WARNINGS) $(flags_$(PROFILE)) -DNSK_VERSION='"$(VERSION)"' $(CFLAGS)
ALL_LDFLAGS = $(link_$(PROFILE)) $(LDFLAGS)
LIBS        = -pthread

# ---- what the machine has: build/PROFILE/probes.mk and config.h, made once -------------------------

-include $(BUILD)/probes.mk
$(BUILD)/probes.mk: tools/probe.sh $(wildcard tools/probes/*.c)
	$(call say,PROBE,$@)CC='$(CC)' tools/probe.sh $(BUILD)

# ---- sources: a file per mechanism, chosen here ---------------------------------------------------

MECHANISMS := src/core/poller_epoll.c src/core/poller_kqueue.c src/core/pump_splice.c

SOURCES := $(filter-out $(MECHANISMS),$(wildcard src/*.c src/*/*.c))
ifeq ($(HAVE_EPOLL),1)
SOURCES += src/core/poller_epoll.c
endif
ifeq ($(HAVE_SPLICE),1)
SOURCES += $(wildcard src/core/pump_splice.c)
endif

OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
LIBRARY := $(filter-out $(BUILD)/src/main.o,$(OBJECTS))

.DEFAULT_GOAL := all
.PHONY: all
all: $(BUILD)/nsk

$(BUILD)/nsk: $(OBJECTS)
	$(call say,LINK,$@)$(CC) $(ALL_LDFLAGS) -o $@ $(OBJECTS) $(LIBS)

$(BUILD)/%.o: %.c $(BUILD)/probes.mk $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Other flags than last time: everything is made anew.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(CC) $(subst ','\'',$(ALL_CFLAGS) $(ALL_LDFLAGS))' >$@.new
	@if cmp -s $@.new $@; then rm -f $@.new; else mv $@.new $@; fi
.PHONY: FORCE
FORCE:

-include $(OBJECTS:.o=.d)
