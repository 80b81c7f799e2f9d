#include "emit.h"
int hd_emit_recording;
