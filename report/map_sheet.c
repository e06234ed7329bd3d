// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/map_sheet.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/curves.h"

#define BLACK_ON_CELLS	0x010101	/* not pure: that becomes the colour of the page's text */
#define LEGEND_ROW	18.0
#define SWATCH		22.0

bool sheet_begin(struct sheet *s, struct map *m)
{
	*s = (struct sheet){ .m = m, .legend_x = 8 };
	s->cells = open_memstream(&s->cells_text, &s->cells_size);
	s->texts = open_memstream(&s->texts_text, &s->texts_size);
	if (s->cells && s->texts)
		return true;
	if (s->cells)
		fclose(s->cells);
	if (s->texts)
		fclose(s->texts);
	free(s->cells_text);
	free(s->texts_text);
	m->r->no_memory = true;
	return false;
}

bool sheet_end(struct sheet *s, const char *title, FILE *out)
{
	bool ok = !ferror(s->cells) && !ferror(s->texts);

	ok = fclose(s->cells) == 0 && ok;
	ok = fclose(s->texts) == 0 && ok;
	if (ok) {
		report_put_text(out, title ? title : "");
		fprintf(out, "\t%.0f\n", s->y);
		fprintf(out, "\n\n%s\n\n%s", s->cells_text, s->texts_text);
	} else {
		s->m->r->no_memory = true;
	}
	free(s->cells_text);
	free(s->texts_text);
	return ok && !s->m->r->no_memory;
}

void sheet_text(struct sheet *s, double x, double y, enum sheet_anchor anchor, int size, bool in_cell, const char *text)
{
	static const char *const names[] = { "left", "centre", "right", "slanted" };

	if (!text || !*text)
		return;
	fprintf(s->texts, "%.1f\t%.1f\t%s\t%d\t%d\t", x, y, names[anchor], size, in_cell ? BLACK_ON_CELLS : 0);
	report_put_text(s->texts, text);
	fputc('\n', s->texts);
}

void sheet_cell(struct sheet *s, struct sheet_box box, enum sheet_fill fill, unsigned colour, uint64_t point, const char *what)
{
	static const char *const names[] = { "colour", "short", "ended", "empty" };

	fprintf(s->cells, "%.2f\t%.2f\t%.2f\t%.2f\t%s\t%u\t%" PRIu64 "\t", box.left, box.right, box.top, box.bottom, names[fill],
		colour, point);
	report_put_text(s->cells, what ? what : "");
	fputc('\n', s->cells);
}

void sheet_legend(struct sheet *s, enum sheet_fill fill, unsigned colour, const char *in_cell, const char *text)
{
	double width = SWATCH + 8 + SHEET_LARGE * (double)sheet_length(text) + 14;
	struct sheet_box box;

	if (s->legend_x > 8 && s->legend_x + width > SHEET_WIDTH) {
		s->legend_x = 8;
		s->y += LEGEND_ROW;
	}
	box = (struct sheet_box){ s->legend_x, s->y + 2, s->legend_x + SWATCH, s->y + 16 };
	sheet_cell(s, box, fill, colour, 0, "legend");
	sheet_text(s, (box.left + box.right) / 2, s->y + 9, SHEET_CENTRE, 10, true, in_cell);
	sheet_text(s, box.right + 6, s->y + 9, SHEET_LEFT, 11, false, sheet_cut(s->m, text, 96));
	s->legend_x += width;
}

void sheet_legend_end(struct sheet *s)
{
	s->y += s->legend_x > 8 ? LEGEND_ROW + 6 : 0;
	s->legend_x = 8;
}

static bool is_first_byte(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

size_t sheet_length(const char *text)
{
	size_t count = 0;

	for (; text && *text; text++)
		count += is_first_byte(*text);
	return count;
}

const char *sheet_cut_front(struct map *m, const char *text, size_t most)
{
	size_t left = sheet_length(text);

	if (left <= most)
		return text;
	for (; *text && left >= most; text++)
		left -= is_first_byte(text[1]) || !text[1];
	return report_printf(m->r, "\xe2\x80\xa6%s", text);
}

const char *sheet_cut(struct map *m, const char *text, size_t most)
{
	size_t count = 0, i;

	if (!text || sheet_length(text) <= most)
		return text;
	for (i = 0; text[i]; i++) {
		count += is_first_byte(text[i]);
		if (count == most)
			break;
	}
	return report_printf(m->r, "%.*s\xe2\x80\xa6", (int)i, text);
}
