/* Display lists as text: what would be drawn. Words are measured as 6 px a character, so no font matters. */
#pragma once
#include "fixture.h"

HdRow fixture_row(HdRowKind kind, guint32 index, int height_px);
HdDisplayList *fixture_list(const HdSource *source, HdRow row, double from_ms, double to_ms, int width_px, gboolean clip);
/* A box a line: "state running bar 0.0..120.0 y7 h11 'words'", with nNUMBER where a number is drawn. */
void fixture_assert_list(const HdSource *source, HdRow row, double from_ms, double to_ms, int width_px, const char *expected);
