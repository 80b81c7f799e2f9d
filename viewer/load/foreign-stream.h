/* What heddle-foreign writes to its standard output: records of a byte that says which, and what belongs to it. Numbers are of the
 * machine's byte order (both ends run on it); a text is its length (u32) and its bytes.
 *
 *   'C' u32 class, text name, u32 field count, text name of each field       before the first event of a class
 *   'T' i64 nanoseconds to add to a stamp to get the time since the epoch     before the first event, when it is known
 *   'E' u32 class, u64 stamp, a value for each field                          an event
 *   'X' text                                                                  Babeltrace failed: in one line, why
 *   'D'                                                                       all was read
 *
 * A value is a byte that says its kind: 'u' u64, 'i' i64, 's' text, 'w' u32 count and as many u64, 'n' nothing that can be told.
 */
#pragma once

#define HD_FOREIGN_CLASS 'C'
#define HD_FOREIGN_CLOCK 'T'
#define HD_FOREIGN_EVENT 'E'
#define HD_FOREIGN_ERROR 'X'
#define HD_FOREIGN_DONE 'D'
#define HD_FOREIGN_UNSIGNED 'u'
#define HD_FOREIGN_SIGNED 'i'
#define HD_FOREIGN_TEXT 's'
#define HD_FOREIGN_WORDS 'w'
#define HD_FOREIGN_NOTHING 'n'
