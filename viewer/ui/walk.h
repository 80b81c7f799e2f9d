/* Walking: from the selection to its neighbours in time and lanes, to the holder, to the next wait. All keep the zoom and bring what is
 * selected into sight; FALSE when there is nowhere to go. */
#pragma once
#include "scene.h"

G_BEGIN_DECLS

/* The next (1) or previous (−1) interval of the lane, job of the worker, put or get of the actor: whatever is selected; with nothing
 * selected, the interval at the middle of the view. */
gboolean hd_walk_interval(HdScene *scene, int step);
/* The lane below (1) or above (−1), at the same time. */
gboolean hd_walk_lane(HdScene *scene, int step);
/* From a state to the job that its actor runs at that time, else to what it puts or gets next; from those back to the state. */
gboolean hd_walk_to_job(HdScene *scene);
/* To whom the selected wait waits for: the holder's interval at that time. From a job to its submitter, from an item to its other end. */
gboolean hd_walk_to_holder(HdScene *scene);
/* The next or previous wait of any actor in view order of time. */
gboolean hd_walk_event(HdScene *scene, int step);
/* The longest wait that somebody is to blame for; what is selected when a recording has no finding. */
gboolean hd_walk_to_worst_wait(HdScene *scene);

G_END_DECLS
