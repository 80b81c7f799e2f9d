/* What is shown of a stretch of an actor's life: its state, or one that drawing alone tells apart. */
#pragma once
#include "schema.h"

/* A task that is ready while a step of HD_LONG_STEP_NS or more blocks its loop: somebody is to blame for it. */
#define HD_SHOWN_STARVED HD_STATE_COUNT
#define HD_SHOWN_COUNT (HD_STATE_COUNT + 1)
#define HD_LONG_STEP_NS 100000000
