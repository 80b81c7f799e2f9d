/* Light, dark, or as the system says; and the style sheet, whose colours come from draw's palette, so that panels and timeline agree. */
#pragma once
#include "palette.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The application's id, by which the desktop finds its entry and its icon. */
#define HD_APPLICATION_ID "org.heddle.Heddle"

typedef enum { HD_THEME_CHOICE_SYSTEM, HD_THEME_CHOICE_LIGHT, HD_THEME_CHOICE_DARK } HdThemeChoice;

/* Loads the style sheet for the default display; once, after GTK is up. */
void hd_appearance_init(void);
void hd_appearance_choose(HdThemeChoice choice);
HdThemeChoice hd_appearance_choice(void);
/* The theme that is on now. "notify::gtk-application-prefer-dark-theme" of the default GtkSettings tells when it changes. */
HdThemeId hd_appearance_theme(void);
/* Redraws a widget whenever the theme changes. */
void hd_appearance_follow(GtkWidget *widget);

G_END_DECLS
