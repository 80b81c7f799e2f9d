/* Tokens of TSDL, the language of CTF 1.8 metadata (Common Trace Format specification 1.8.3, appendix C).
 *
 * A lexer is a value: copying it remembers a place, assigning it back returns there. It never reads behind its text and ends
 * with HD_TOKEN_END for ever; what is no token is HD_TOKEN_BAD.
 */
#pragma once
#include <glib.h>

typedef enum {
  HD_TOKEN_END,
  HD_TOKEN_WORD,   /* identifier or keyword */
  HD_TOKEN_NUMBER, /* integer, without sign */
  HD_TOKEN_STRING, /* text without its quotes, escapes as they stand */
  HD_TOKEN_SIGN,   /* one character; ":=" is ':' with assigns set, "..." is '.' with dots set */
  HD_TOKEN_BAD
} HdTokenKind;

typedef struct {
  HdTokenKind kind;
  const char *text; /* in the metadata, not terminated */
  gsize length;
  guint64 number;
  char sign;
  gboolean assigns;
  gboolean dots;
} HdToken;

typedef struct {
  const char *next;
  const char *end;
  HdToken token; /* the current one */
} HdLexer;

/* Starts at the first token of text, which must outlive the lexer. */
void hd_lexer_init(HdLexer *lexer, const char *text, gsize length);
void hd_lexer_advance(HdLexer *lexer);
gboolean hd_lexer_is_word(const HdLexer *lexer, const char *word);
gboolean hd_lexer_is_sign(const HdLexer *lexer, char sign);
/* Advances and returns TRUE when the current token is it. */
gboolean hd_lexer_take_word(HdLexer *lexer, const char *word);
gboolean hd_lexer_take_sign(HdLexer *lexer, char sign);
