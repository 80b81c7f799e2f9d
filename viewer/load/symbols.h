/* Functions, lines and variables of the addresses in a log: out of ELF and DWARF files, or of the recording's file "symbols". */
#pragma once
#include "log.h"

/* Fills the log's symbols and variables from the recording's file "symbols", or resolves them now when there is none. */
void hd_symbols_read(HdLog *log);
