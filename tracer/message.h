/* What the recorder says: one line on stderr, beginning with "heddle: ", in one write, so that lines of several processes never mix.
 * Nothing is ever written to stdout, which belongs to the program. */
#pragma once
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
