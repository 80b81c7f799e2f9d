/* The window's actions and its menu. win.open, win.open-path (s), win.record, win.demo (s),
 * win.demo-as (sxb: name, seed or −1, without the interpreter lock), win.gallery,
 * win.back (what Escape does there), win.lesson (opens and closes it), win.find, win.close;
 * app.theme (s: system, light, dark), app.about and app.quit are the application's. */
#pragma once
#include "window.h"

G_BEGIN_DECLS

void hd_window_add_actions(HdWindow *window);
GMenuModel *hd_window_menu(void);

/* Of window.c, for the actions. */
void hd_window_record(HdWindow *window, const char *command_line);

G_END_DECLS
