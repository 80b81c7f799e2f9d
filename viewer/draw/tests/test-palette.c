/* The palette keeps what the design promises: contrast of words and strokes, and families that colour-blind eyes tell apart. */
#include "palette.h"
#include <math.h>

enum { CONTRAST_TENTHS = 45, DISTANCE = 13 };

static void assert_contrast(HdColour ink, HdColour ground, const char *what, int theme) {
  double contrast = hd_contrast(ink, ground);
  if (contrast * 10 < CONTRAST_TENTHS) g_error("%s in theme %d: contrast of %06x on %06x is %.2f", what, theme, ink, ground, contrast);
}

static void test_contrast(void) {
  g_assert_cmpfloat_with_epsilon(hd_contrast(0x000000, 0xffffff), 21, 1e-9);
  for (int i = 0; i < HD_THEME_COUNT; i++) {
    const HdTheme *theme = &hd_themes[i];
    const HdColour grounds[] = {theme->background, theme->panel, theme->head, theme->selected_background};
    for (guint j = 0; j < G_N_ELEMENTS(grounds); j++) {
      assert_contrast(theme->text, grounds[j], "text", i);
      assert_contrast(theme->dim, grounds[j], "dim text", i);
    }
    const HdColour cards[] = {theme->background, theme->panel, theme->selected_background};
    for (guint j = 0; j < G_N_ELEMENTS(cards); j++) {
      assert_contrast(theme->alarm, cards[j], "alarm", i);
      assert_contrast(theme->warning, cards[j], "warning", i);
      assert_contrast(theme->fine, cards[j], "fine", i);
    }
    assert_contrast(theme->panel, theme->alarm, "alarm badge", i);
    assert_contrast(theme->job_ink, theme->job, "job", i);
    assert_contrast(theme->hold_ink, theme->hold_deep, "nested holder", i);
    for (guint j = 0; j < G_N_ELEMENTS(theme->access); j++) assert_contrast(theme->access[j], theme->background, "access", i);
    assert_contrast(theme->hold_ink, theme->hold, "holder", i);
    assert_contrast(theme->on_selection, theme->selection, "selection", i);
    for (int family = HD_FAMILY_LOCK; family < HD_FAMILY_COUNT; family++)
      assert_contrast(theme->family_ink[family], theme->family[family], "family", i);
  }
}

/* Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB. */
static const double deuteranopia[3][3] = {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}};
static const double protanopia[3][3] = {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}};

typedef struct {
  double lightness, a, b;
} Lab;

static double lab_curve(double value) { return value > 216.0 / 24389 ? cbrt(value) : (24389.0 / 27 * value + 16) / 116; }

static Lab seen_as(HdColour colour, const double matrix[3][3]) {
  double linear[3], seen[3];
  for (int i = 0; i < 3; i++) {
    double value = (colour >> (16 - 8 * i) & 255) / 255.0;
    linear[i] = value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
  }
  for (int i = 0; i < 3; i++) seen[i] = CLAMP(matrix[i][0] * linear[0] + matrix[i][1] * linear[1] + matrix[i][2] * linear[2], 0, 1);
  double x = lab_curve((0.4124564 * seen[0] + 0.3575761 * seen[1] + 0.1804375 * seen[2]) / 0.95047);
  double y = lab_curve(0.2126729 * seen[0] + 0.7151522 * seen[1] + 0.0721750 * seen[2]);
  double z = lab_curve((0.0193339 * seen[0] + 0.1191920 * seen[1] + 0.9503041 * seen[2]) / 1.08883);
  return (Lab){116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

static double degrees(double b, double a) { return a == 0 && b == 0 ? 0 : fmod(atan2(b, a) * 180 / G_PI + 360, 360); }
static double cosine(double angle) { return cos(angle * G_PI / 180); }

/* CIEDE2000 (Sharma, Wu and Dalal 2005). */
static double colour_distance(Lab one, Lab two) {
  double mean = (hypot(one.a, one.b) + hypot(two.a, two.b)) / 2, gain = 0.5 * (1 - sqrt(pow(mean, 7) / (pow(mean, 7) + pow(25, 7))));
  double a1 = one.a * (1 + gain), a2 = two.a * (1 + gain), c1 = hypot(a1, one.b), c2 = hypot(a2, two.b);
  double h1 = degrees(one.b, a1), h2 = degrees(two.b, a2), turn = h2 - h1;
  if (c1 * c2 == 0)
    turn = 0;
  else if (turn > 180)
    turn -= 360;
  else if (turn < -180)
    turn += 360;
  double lightness = (one.lightness + two.lightness) / 2 - 50, chroma = (c1 + c2) / 2;
  double hue = c1 * c2 == 0 ? h1 + h2 : fabs(h1 - h2) <= 180 ? (h1 + h2) / 2 : h1 + h2 < 360 ? (h1 + h2 + 360) / 2 : (h1 + h2 - 360) / 2;
  double t = 1 - 0.17 * cosine(hue - 30) + 0.24 * cosine(2 * hue) + 0.32 * cosine(3 * hue + 6) - 0.2 * cosine(4 * hue - 63);
  double dl = (two.lightness - one.lightness) / (1 + 0.015 * lightness * lightness / sqrt(20 + lightness * lightness));
  double dc = (c2 - c1) / (1 + 0.045 * chroma), dh = 2 * sqrt(c1 * c2) * sin(turn * G_PI / 360) / (1 + 0.015 * chroma * t);
  double rotation = -2 * sqrt(pow(chroma, 7) / (pow(chroma, 7) + pow(25, 7))) * sin(60 * exp(-pow((hue - 275) / 25, 2)) * G_PI / 180);
  return sqrt(dl * dl + dc * dc + dh * dh + rotation * dc * dh);
}

static void test_distance(void) {
  /* a pair of the paper's table */
  g_assert_cmpfloat_with_epsilon(colour_distance((Lab){50, 2.6772, -79.7751}, (Lab){50, 0, -82.7485}), 2.0425, 1e-4);
  for (int i = 0; i < HD_THEME_COUNT; i++)
    for (int one = HD_FAMILY_LOCK; one <= HD_FAMILY_JOIN; one++)
      for (int two = one + 1; two <= HD_FAMILY_JOIN; two++) {
        const HdColour *family = hd_themes[i].family;
        double green = colour_distance(seen_as(family[one], deuteranopia), seen_as(family[two], deuteranopia));
        double red = colour_distance(seen_as(family[one], protanopia), seen_as(family[two], protanopia));
        if (fmin(green, red) < DISTANCE) g_error("theme %d: families %d and %d are %.2f apart", i, one, two, fmin(green, red));
      }
}

static double distance_seen(HdColour one, HdColour two) {
  return fmin(colour_distance(seen_as(one, deuteranopia), seen_as(two, deuteranopia)),
              colour_distance(seen_as(one, protanopia), seen_as(two, protanopia)));
}

/* Running with the interpreter lock differs from running by colour and by pattern; who has the lock from who has it next; a task that its
 * loop keeps waiting from other waits. */
static void test_turns(void) {
  g_assert_cmpint(hd_state_styles[HD_STATE_RUNNING].family, !=, hd_state_styles[HD_STATE_RUNNING_GIL].family);
  g_assert_cmpint(hd_state_styles[HD_STATE_RUNNING_GIL].family, !=, HD_FAMILY_NONE);
  g_assert_cmpint(hd_state_styles[HD_SHOWN_STARVED].shape, ==, HD_SHAPE_TALL);
  for (int i = 0; i < HD_THEME_COUNT; i++) {
    const HdTheme *theme = &hd_themes[i];
    g_assert_cmpfloat(distance_seen(theme->states[HD_STATE_RUNNING], theme->states[HD_STATE_RUNNING_GIL]), >=, DISTANCE);
    g_assert_cmphex(theme->states[HD_STATE_RUNNING_GIL], ==, theme->family[HD_FAMILY_RUNNING]);
    g_assert_cmphex(theme->states[HD_SHOWN_STARVED], ==, theme->family[HD_FAMILY_STARVED]);
    for (int family = HD_FAMILY_LOCK; family <= HD_FAMILY_JOIN; family++)
      g_assert_cmpfloat(distance_seen(theme->family[HD_FAMILY_STARVED], theme->family[family]), >=, DISTANCE);
    for (int one = 0; one < HD_TURN_COLOURS; one++) {
      assert_contrast(theme->turn_ink, theme->turn[one], "who has the interpreter lock", i);
      for (int two = one + 1; two < HD_TURN_COLOURS; two++)
        g_assert_cmpfloat(distance_seen(theme->turn[one], theme->turn[two]), >=, DISTANCE);
    }
  }
}

/* Every wait has a letter of its own and its family's colour. */
static void test_letters(void) {
  gboolean used[128] = {FALSE};
  for (int state = 0; state < HD_SHOWN_COUNT; state++) {
    const HdStateStyle *style = &hd_state_styles[state];
    g_assert_nonnull(style->label);
    if (state < HD_STATE_WAIT_LOCK) continue;
    g_assert_false(used[(int)style->letter]);
    used[(int)style->letter] = TRUE;
    g_assert_cmpint(style->family, !=, HD_FAMILY_NONE);
    for (int i = 0; i < HD_THEME_COUNT; i++) g_assert_cmphex(hd_themes[i].states[state], ==, hd_themes[i].family[style->family]);
  }
}

int main(int argument_count, char **arguments) {
  g_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/palette/contrast", test_contrast);
  g_test_add_func("/palette/distance", test_distance);
  g_test_add_func("/palette/turns", test_turns);
  g_test_add_func("/palette/letters", test_letters);
  return g_test_run();
}
