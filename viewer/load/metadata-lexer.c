#include "metadata-lexer.h"
#include <string.h>

void hd_lexer_init(HdLexer *lexer, const char *text, gsize length) {
  *lexer = (HdLexer){.next = text, .end = text + length};
  hd_lexer_advance(lexer);
}

static void skip_blanks_and_comments(HdLexer *lexer) {
  while (lexer->next < lexer->end) {
    const char *here = lexer->next;
    gsize left = lexer->end - here;
    if (g_ascii_isspace(*here)) {
      lexer->next++;
    } else if (left >= 2 && here[0] == '/' && here[1] == '*') {
      const char *close = memmem(here + 2, left - 2, "*/", 2);
      lexer->next = close ? close + 2 : lexer->end;
    } else if (left >= 2 && here[0] == '/' && here[1] == '/') {
      const char *line_end = memchr(here, '\n', left);
      lexer->next = line_end ? line_end + 1 : lexer->end;
    } else {
      return;
    }
  }
}

static gboolean is_word_character(char character) { return g_ascii_isalnum(character) || character == '_'; }

static void read_number(HdToken *token) {
  char digits[32] = "";
  memcpy(digits, token->text, MIN(token->length, sizeof digits - 1));
  char *behind;
  token->number = g_ascii_strtoull(digits, &behind, 0);
  if (behind == digits) token->kind = HD_TOKEN_BAD;
}

static void read_string(HdLexer *lexer) {
  HdToken *token = &lexer->token;
  const char *here = lexer->next + 1;
  token->text = here;
  while (here < lexer->end && *here != '"') here += *here == '\\' && here + 1 < lexer->end ? 2 : 1;
  token->kind = here < lexer->end ? HD_TOKEN_STRING : HD_TOKEN_BAD;
  token->length = here - token->text;
  lexer->next = MIN(here + 1, lexer->end);
}

static void read_sign(HdLexer *lexer) {
  HdToken *token = &lexer->token;
  const char *here = lexer->next;
  gsize left = lexer->end - here;
  token->kind = strchr("{}()[]<>:;,=.-+*", *here) && *here ? HD_TOKEN_SIGN : HD_TOKEN_BAD;
  token->sign = *here;
  token->assigns = left >= 2 && here[0] == ':' && here[1] == '=';
  token->dots = left >= 3 && memcmp(here, "...", 3) == 0;
  token->length = token->dots ? 3 : token->assigns ? 2 : 1;
  lexer->next += token->length;
}

void hd_lexer_advance(HdLexer *lexer) {
  skip_blanks_and_comments(lexer);
  lexer->token = (HdToken){.text = lexer->next};
  if (lexer->next >= lexer->end) return;
  if (*lexer->next == '"') {
    read_string(lexer);
  } else if (is_word_character(*lexer->next)) {
    const char *here = lexer->next;
    while (here < lexer->end && is_word_character(*here)) here++;
    lexer->token.length = here - lexer->next;
    lexer->token.kind = g_ascii_isdigit(*lexer->next) ? HD_TOKEN_NUMBER : HD_TOKEN_WORD;
    if (lexer->token.kind == HD_TOKEN_NUMBER) read_number(&lexer->token);
    lexer->next = here;
  } else {
    read_sign(lexer);
  }
}

gboolean hd_lexer_is_word(const HdLexer *lexer, const char *word) {
  const HdToken *token = &lexer->token;
  return token->kind == HD_TOKEN_WORD && token->length == strlen(word) && memcmp(token->text, word, token->length) == 0;
}

gboolean hd_lexer_is_sign(const HdLexer *lexer, char sign) { return lexer->token.kind == HD_TOKEN_SIGN && lexer->token.sign == sign; }

gboolean hd_lexer_take_word(HdLexer *lexer, const char *word) {
  if (!hd_lexer_is_word(lexer, word)) return FALSE;
  hd_lexer_advance(lexer);
  return TRUE;
}

gboolean hd_lexer_take_sign(HdLexer *lexer, char sign) {
  if (!hd_lexer_is_sign(lexer, sign)) return FALSE;
  hd_lexer_advance(lexer);
  return TRUE;
}
