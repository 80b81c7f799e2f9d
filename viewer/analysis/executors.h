/* Waits for the results of jobs: who can end them, as wait-graph.h says. Private to the wait-for graph. */
#pragma once
#include "wait-graph.h"

G_BEGIN_DECLS

HdWaitRule hd_future_rule(const HdModel *model, guint32 wait, gint64 at_ns);
void hd_future_owners(const HdModel *model, guint32 wait, gint64 at_ns, GArray *owners);

G_END_DECLS
