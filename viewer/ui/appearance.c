#include "appearance.h"
#include <string.h>

static HdThemeChoice chosen = HD_THEME_CHOICE_SYSTEM;
static gboolean system_dark;
static GtkCssProvider *colours;

HdThemeId hd_appearance_theme(void) {
  gboolean dark = FALSE;
  GtkSettings *settings = gtk_settings_get_default();
  if (settings) g_object_get(settings, "gtk-application-prefer-dark-theme", &dark, NULL);
  return dark ? HD_THEME_DARK : HD_THEME_LIGHT;
}

static void load_colours(void) {
  const HdTheme *theme = &hd_themes[hd_appearance_theme()];
  const struct {
    const char *name;
    HdColour colour;
  } named[] = {
      {"background", theme->background},
      {"panel", theme->panel},
      {"head", theme->head},
      {"line", theme->line},
      {"text", theme->text},
      {"dim", theme->dim},
      {"select", theme->selection},
      {"selected", theme->selected_background},
      {"on_select", theme->on_selection},
      {"alarm", theme->alarm},
      {"warning", theme->warning},
      {"fine", theme->fine},
  };
  g_autoptr(GString) css = g_string_new(NULL);
  for (guint i = 0; i < G_N_ELEMENTS(named); i++)
    g_string_append_printf(css, "@define-color hd_%s #%06x;\n", named[i].name, named[i].colour);
  g_autoptr(GBytes) sheet = g_resources_lookup_data("/org/heddle/Heddle/style.css", 0, NULL);
  /* One sheet: colours of one provider are not seen by another. */
  if (sheet) g_string_append_len(css, g_bytes_get_data(sheet, NULL), g_bytes_get_size(sheet));
  gtk_css_provider_load_from_data(colours, css->str, css->len);
}

/* GTK 4.8 does not follow the desktop's colour scheme by itself. */
static gboolean desktop_is_dark(void) {
  GtkSettings *settings = gtk_settings_get_default();
  g_autofree char *theme = NULL;
  gboolean dark = FALSE;
  g_object_get(settings, "gtk-theme-name", &theme, "gtk-application-prefer-dark-theme", &dark, NULL);
  if (dark || (theme && g_str_has_suffix(theme, "-dark"))) return TRUE;
  GSettingsSchemaSource *source = g_settings_schema_source_get_default();
  g_autoptr(GSettingsSchema) schema = source ? g_settings_schema_source_lookup(source, "org.gnome.desktop.interface", TRUE) : NULL;
  if (!schema || !g_settings_schema_has_key(schema, "color-scheme")) return FALSE;
  g_autoptr(GSettings) desktop = g_settings_new("org.gnome.desktop.interface");
  g_autofree char *scheme = g_settings_get_string(desktop, "color-scheme");
  return g_strcmp0(scheme, "prefer-dark") == 0;
}

void hd_appearance_init(void) {
  if (colours) return;
  system_dark = desktop_is_dark();
  colours = gtk_css_provider_new();
  gtk_style_context_add_provider_for_display(gdk_display_get_default(), GTK_STYLE_PROVIDER(colours),
                                             GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  g_signal_connect(gtk_settings_get_default(), "notify::gtk-application-prefer-dark-theme", G_CALLBACK(load_colours), NULL);
  /* The icon is found without being installed, too. */
  gtk_icon_theme_add_resource_path(gtk_icon_theme_get_for_display(gdk_display_get_default()), "/org/heddle/Heddle/icons");
  gtk_window_set_default_icon_name(HD_APPLICATION_ID);
  hd_appearance_choose(chosen);
  load_colours();
}

void hd_appearance_choose(HdThemeChoice choice) {
  chosen = choice;
  GtkSettings *settings = gtk_settings_get_default();
  gboolean dark = choice == HD_THEME_CHOICE_DARK || (choice == HD_THEME_CHOICE_SYSTEM && system_dark);
  if (settings) g_object_set(settings, "gtk-application-prefer-dark-theme", dark, NULL);
}

HdThemeChoice hd_appearance_choice(void) { return chosen; }

void hd_appearance_follow(GtkWidget *widget) {
  g_signal_connect_object(gtk_settings_get_default(), "notify::gtk-application-prefer-dark-theme", G_CALLBACK(gtk_widget_queue_draw),
                          widget, G_CONNECT_SWAPPED);
}
