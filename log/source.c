/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "log/source.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK	((size_t)64 << 10)

/* Logs repeat themselves, but not like that: 20 is common, 100 is rare. */
#define BOMB_RATIO	300u
#define BOMB_BYTES	((uint64_t)16 << 20)

enum { UTF16_NONE, UTF16_LITTLE, UTF16_BIG };

static size_t read_plain(struct source *s, char *buffer, size_t size)
{
	size_t got;

	if (!s->file) {
		got = s->left < size ? s->left : size;
		if (!got)
			return 0;
		memcpy(buffer, s->memory, got);
		s->memory += got;
		s->left -= got;
		return got;
	}
	errno = 0;
	got = fread(buffer, 1, size, s->file);
	if (got < size && ferror(s->file))
		s->status = KLOG_EIO;
	return got;
}

/* What was read to look at; the rest follows it. */
static size_t take_head(struct source_head *head, char *buffer, size_t size)
{
	size_t got = head->size - head->at < size ? head->size - head->at : size;

	memcpy(buffer, head->bytes + head->at, got);
	head->at += got;
	return got;
}

static size_t read_packed(struct source *s, char *buffer, size_t size)
{
	size_t got = take_head(&s->head, buffer, size);

	return got == size || s->status != KLOG_OK ? got : got + read_plain(s, buffer + got, size - got);
}

static la_ssize_t archive_block(struct archive *a, void *ctx, const void **block)
{
	struct source *s = ctx;
	size_t got = read_packed(s, s->block, BLOCK);

	*block = s->block;
	if (s->status == KLOG_OK)
		return (la_ssize_t)got;
	archive_set_error(a, errno, "cannot read");
	return -1;
}

static bool begins(const struct source *s, const char *magic, size_t size)
{
	return s->head.size >= size && memcmp(s->head.bytes, magic, size) == 0;
}

static bool is_packed(const struct source *s)
{
	return begins(s, "\x1f\x8b", 2) || begins(s, "\xfd" "7zXZ", 6) || begins(s, "\x28\xb5\x2f\xfd", 4) ||
	       begins(s, "BZh", 3) || begins(s, "\x04\x22\x4d\x18", 4) || begins(s, "\x1f\x9d", 2) ||
	       begins(s, "\x5d\0\0\x80\0", 5);
}

static void unpack_begin(struct source *s)
{
	struct archive_entry *entry;
	int rc;

	s->block = malloc(BLOCK);
	s->archive = archive_read_new();
	if (!s->block || !s->archive) {
		s->status = KLOG_ENOMEM;
		return;
	}
	archive_read_support_filter_all(s->archive);
	archive_read_support_format_raw(s->archive);
	archive_read_support_format_empty(s->archive);
	rc = archive_read_open(s->archive, s, NULL, archive_block, NULL);
	if (rc >= ARCHIVE_WARN)
		rc = archive_read_next_header(s->archive, &entry);
	if (rc < ARCHIVE_WARN && s->status == KLOG_OK)
		s->status = KLOG_EUNPACK;
}

static size_t read_unpacked(struct source *s, char *buffer, size_t size)
{
	size_t have = 0;

	if (!s->archive)
		return read_packed(s, buffer, size);
	while (have < size && s->status == KLOG_OK) {
		la_ssize_t got = archive_read_data(s->archive, buffer + have, size - have);

		if (got == 0)
			break;
		if (got == ARCHIVE_RETRY || got == ARCHIVE_WARN)
			continue;
		if (got < 0) {
			if (s->status == KLOG_OK)
				s->status = archive_errno(s->archive) == ENOMEM ? KLOG_ENOMEM : KLOG_EUNPACK;
			break;
		}
		have += (size_t)got;
		s->unpacked += (uint64_t)got;
		if (s->unpacked > BOMB_BYTES && s->unpacked / BOMB_RATIO > (uint64_t)archive_filter_bytes(s->archive, -1))
			s->status = KLOG_EBOMB;
	}
	return have;
}

static size_t read_text(struct source *s, char *buffer, size_t size)
{
	size_t got = take_head(&s->text, buffer, size);

	return got == size || s->status != KLOG_OK ? got : got + read_unpacked(s, buffer + got, size - got);
}

/* Every other byte of Latin text in UTF-16 is zero. */
static int guess_utf16(const char *text, size_t size)
{
	size_t zero[2] = { 0, 0 }, pairs = (size < 512 ? size : 512) / 2;

	if (size >= 2 && memcmp(text, "\xff\xfe", 2) == 0)
		return UTF16_LITTLE;
	if (size >= 2 && memcmp(text, "\xfe\xff", 2) == 0)
		return UTF16_BIG;
	for (size_t i = 0; i < 2 * pairs; i++)
		zero[i % 2] += !text[i];
	if (pairs < 4)
		return UTF16_NONE;
	return zero[1] > pairs * 3 / 4 && zero[0] < pairs / 4 ? UTF16_LITTLE :
	       zero[0] > pairs * 3 / 4 && zero[1] < pairs / 4 ? UTF16_BIG : UTF16_NONE;
}

static size_t put_utf8(unsigned c, char *out)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	out[0] = (char)(0xe0 | c >> 12);
	out[1] = (char)(0x80 | (c >> 6 & 0x3f));
	out[2] = (char)(0x80 | (c & 0x3f));
	return 3;
}

/* A character takes three bytes at most. Halves of surrogate pairs are left as they are: nothing reads them. */
static size_t read_utf16(struct source *s, char *buffer, size_t size)
{
	unsigned char units[2048];
	size_t have = 0;

	while (size - have >= 3) {
		size_t want = (size - have) / 3 * 2, got, kept = s->has_odd;

		if (want > sizeof(units) - 2)
			want = sizeof(units) - 2;
		units[0] = s->odd;
		got = read_text(s, (char *)units + kept, want - kept) + kept;
		s->has_odd = false;
		for (size_t i = 0; i + 1 < got; i += 2) {
			unsigned c = s->utf16 == UTF16_LITTLE ? units[i] | (unsigned)units[i + 1] << 8 :
				     units[i + 1] | (unsigned)units[i] << 8;

			have += put_utf8(c, buffer + have);
		}
		if (got % 2) {
			s->odd = units[got - 1];
			s->has_odd = true;
		}
		if (got < want)
			break;
	}
	return have;
}

void source_open(struct source *s, FILE *file, const char *memory, size_t size)
{
	*s = (struct source){ .file = file, .memory = memory, .left = file ? 0 : size };
	s->head.size = read_plain(s, s->head.bytes, SOURCE_HEAD);
	if (s->status == KLOG_OK && is_packed(s))
		unpack_begin(s);
	if (s->status == KLOG_OK)
		s->text.size = read_unpacked(s, s->text.bytes, SOURCE_HEAD);
	s->utf16 = guess_utf16(s->text.bytes, s->text.size);
}

size_t source_read(struct source *s, char *buffer, size_t size)
{
	return s->utf16 ? read_utf16(s, buffer, size) : read_text(s, buffer, size);
}

void source_close(struct source *s)
{
	if (s->archive)
		archive_read_free(s->archive);
	free(s->block);
	s->archive = NULL;
	s->block = NULL;
}
