/* A whole picture in the making: layout (render.c) and what stands around the lanes (render-panels.c);
 * a small one without words (thumbnail.c). */
#pragma once
#include "overview.h"
#include "render.h"
#include "ruler.h"

enum {
  HEADER_PX = 46,
  LANES_TOP_PX = HEADER_PX + 1 + HD_OVERVIEW_HEIGHT_PX + HD_RULER_HEIGHT_PX + 6,
  PANE_HEADER_PX = 24,
  OBJECT_ROW_PX = 44,
  FINDINGS_WIDTH_PX = 372,
  FINDINGS_FROM_PX = 1400, /* narrower pictures have no column for them */
  FOOTER_PX = 30,
  HEIGHT_MAX_PX = 1000,
  HEIGHT_MIN_PX = 360
};

/* A picture in the making. */
typedef struct {
  cairo_t *cr;
  const HdTheme *theme;
  const HdSource *source;
  const HdRenderOptions *options;
  HdLanes *lanes;
  HdView view;
  const HdFinding *finding;          /* on show, NULL */
  GArray *cited;                     /* of guint32 */
  double width, height, left, right; /* right: width of the findings' column */
} HdPicture;

/* The finding on show, and the waits that it cites; what is seen of the time, once the picture's width is known. */
void hd_picture_choose_finding(HdPicture *picture);
void hd_picture_choose_view(HdPicture *picture);
/* Puts the finding's lanes on top. */
void hd_picture_raise_finding(HdPicture *picture);
/* The arrows over the actors' lanes whose top is at y: those of the finding on show, and the quiet ones. */
void hd_picture_arrows(const HdPicture *picture, double top, double height);
/* The picture of options->thumbnail, written as a PNG. */
gboolean hd_picture_thumbnail(const HdSource *source, const HdRenderOptions *options, const char *path, GError **error);
void hd_picture_fill(const HdPicture *picture, HdColour colour, double x, double y, double width, double height);
void hd_picture_header(const HdPicture *picture);
void hd_picture_overviews(const HdPicture *picture);
void hd_picture_findings(const HdPicture *picture);
/* What the findings' column would like to have. */
double hd_picture_findings_height(const HdPicture *picture);
/* Narrow pictures: the top finding in one line. */
void hd_picture_footer(const HdPicture *picture);
/* As wide as the longest name, within what the picture can spare. */
double hd_picture_names_width(const HdPicture *picture);
/* Actors, and objects below, in a height; what they would like to have. */
void hd_picture_lanes(HdPicture *picture, double top, double room);
double hd_picture_lanes_height(const HdPicture *picture);

/* Writes what paint paints to a file by its suffix. */
typedef void (*HdPicturePaint)(cairo_t *cr, gpointer user_data);
gboolean hd_picture_write(const char *path, double width, double height, HdPicturePaint paint, gpointer user_data, GError **error);
/* "2.04 s", "12:20.4". The caller frees it. */
char *hd_picture_length(gint64 length_ns);
