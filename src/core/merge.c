/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See merge.h. */
#include "platform.h"

#include "core/merge.h"

#include "core/deadline.h"

#include <errno.h>
#include <string.h>

static const int64_t patience_ns = DEADLINE_SECOND;   /* with a begun line */
static const int64_t look_ns = DEADLINE_SECOND;       /* for a poller that sees no errors */

static bool has_reader(const struct merge *merge)
{
	return merge->output.kind == END_PIPE || merge->output.kind == END_SOCKET;
}

static void set_interest(struct merge *merge)
{
	unsigned wanted = merge->blocked ? POLLER_WRITE : has_reader(merge) ? POLLER_WATCH : 0;

	if (poller_set(merge->poller, merge->output.fd, merge->error != 0 ? 0 : wanted) < 0)
		merge->error = errno;
}

void merge_open(struct merge *merge, int fd, struct poller *poller)
{
	*merge = (struct merge){ .poller = poller };
	end_open(&merge->output, fd, true);
	set_interest(merge);
}

void merge_release(struct merge *merge)
{
	if (merge->poller == NULL)
		return;
	poller_set(merge->poller, merge->output.fd, 0);
	end_release(&merge->output);
	*merge = (struct merge){ 0 };
}

static void wake_all(struct merge *merge)
{
	if (merge->owner == NULL)
		merge->owner_until = 0;
	for (struct merge_input *input = merge->first; input != NULL; input = input->next) {
		if (input->waits) {
			input->waits = false;
			input->wake(input->context);
		}
	}
}

void merge_join(struct merge *merge, struct merge_input *input, void (*wake)(void *context), void *context)
{
	*input = (struct merge_input){ .merge = merge, .wake = wake, .context = context, .next = merge->first };
	if (merge->first != NULL)
		merge->first->previous = input;
	merge->first = input;
	merge->count++;
}

void merge_leave(struct merge_input *input)
{
	struct merge *merge = input->merge;

	if (merge == NULL)
		return;
	if (input->previous != NULL)
		input->previous->next = input->next;
	else
		merge->first = input->next;
	if (input->next != NULL)
		input->next->previous = input->previous;
	if (merge->owner == input)
		merge->owner = NULL;
	input->merge = NULL;
	merge->count--;
	for (struct merge_input *other = merge->first; merge->count == 1 && other != NULL; other = other->next)
		other->waits = true; /* alone now: what was held for want of a newline can go */
	if (merge->owner == NULL && !merge->blocked)
		wake_all(merge);
}

static ssize_t refuse(struct merge_input *input, int error)
{
	input->waits = error == EAGAIN;
	errno = error;
	return -1;
}

/* How many of COUNT bytes can be taken without breaking a line; 0: none yet. */
static size_t whole_lines(const struct merge_input *input, const unsigned char *data, size_t count, bool urgent)
{
	const struct merge *merge = input->merge;
	const unsigned char *newline;

	if (merge->count == 1 || urgent)
		return count;
	newline = memrchr(data, '\n', count);
	if (newline != NULL)
		return (size_t)(newline - data) + 1;
	return merge->owner == input ? count : 0;
}

/* write(2), and what follows from it. */
static ssize_t put(struct merge *merge, const void *data, size_t count)
{
	ssize_t written = end_write(&merge->output, data, count);
	bool would_block = written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);

	if (written < 0 && !would_block)
		merge->error = errno;
	if (written > 0)
		merge->mid_line = ((const char *)data)[written - 1] != '\n';
	merge->blocked = would_block || (written >= 0 && (size_t)written < count) || merge->output.write_limit != SIZE_MAX;
	set_interest(merge);
	return written;
}

ssize_t merge_take(void *context, const void *data, size_t count, bool urgent)
{
	struct merge_input *input = context;
	struct merge *merge = input->merge;
	size_t wanted = whole_lines(input, data, count, urgent);

	if (merge->error != 0)
		return refuse(input, merge->error);
	if (wanted == 0) {
		errno = EAGAIN; /* more is to come, or the others are to go: no output can change it */
		return -1;
	}
	if (merge->owner != NULL && merge->owner != input) {
		if (merge->owner_until == 0)
			merge->owner_until = deadline_after(patience_ns);
		return refuse(input, EAGAIN);
	}
	if (merge->blocked)
		return refuse(input, EAGAIN);
	if (merge->mid_line && merge->owner == NULL && (put(merge, "\n", 1) != 1 || merge->blocked))
		return refuse(input, merge->error != 0 ? merge->error : EAGAIN);
	ssize_t written = put(merge, data, wanted);
	if (written < 0)
		return refuse(input, merge->error != 0 ? merge->error : EAGAIN);
	input->waits = (size_t)written < wanted;
	bool had_owner = merge->owner != NULL;
	merge->owner = merge->mid_line ? input : NULL;
	if (had_owner && merge->owner == NULL && !merge->blocked)
		wake_all(merge);
	return written;
}

void merge_hurry(struct merge *merge)
{
	merge->owner = NULL;
	merge->owner_until = 0;
}

bool merge_take_event(struct merge *merge, const struct poller_event *event)
{
	if (merge->poller == NULL || event->fd != merge->output.fd)
		return false;
	if ((event->events & POLLER_ERROR) && has_reader(merge)) {
		merge->error = EPIPE;
		set_interest(merge);
		return true;
	}
	merge->blocked = false;
	if (merge->owner_until != 0) /* it could not write either */
		merge->owner_until = deadline_after(patience_ns);
	set_interest(merge);
	wake_all(merge);
	return true;
}

int64_t merge_deadline(const struct merge *merge)
{
	int64_t deadline = merge->owner_until != 0 && !merge->blocked ? merge->owner_until : DEADLINE_NEVER;

	if (merge->poller != NULL && !merge->poller->backend->sees_errors && has_reader(merge) && merge->error == 0)
		deadline = deadline_earlier(deadline, deadline_now() + look_ns);
	return deadline;
}

void merge_turn(struct merge *merge)
{
	if (merge->poller == NULL || merge->error != 0)
		return;
	if (!merge->poller->backend->sees_errors && has_reader(merge) && end_is_gone(&merge->output))
		merge->error = EPIPE;
	/* an owner that waits for the output is not to blame */
	if (merge->owner_until != 0 && !merge->blocked && deadline_passed(merge->owner_until)) {
		merge->owner = NULL;
		wake_all(merge);
	}
}
