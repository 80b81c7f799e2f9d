/* Models from short scripts, so that tests of the analyses are exact and need no recording.
 *
 * A line is "TIME ACTOR VERB [WORD…]"; times are milliseconds (nanoseconds after a line "unit ns"), in order. An actor that was not made
 * by create or fork is a thread of the program since 0. A word @f is the function in which it happens.
 *
 *   - object NAME KIND [value=N] [shared] [robust] [unborn] [anonymous]   objects are made at their first use else
 *   - interrupt | over
 *   a create b | fork p | end | exit | killed | lost      p is a process and its main thread; lost: events of a were lost
 *   a lock A | want A | got A | timeout A | died A | unlock A       words: try, timed, read, again (the re-acquire of a condition)
 *   a inherits A b                                        through fork: b's hold of A is open in a's process, on an object of its own
 *   a cwait C M | woken C | notify C | notifyall C
 *   a swait S | sgot S | take S | post S | overpost S      a bwait B | bpass B      a ewait E | epass E | set E
 *   a join b | joined b      a reap p | reapany | reaped p
 *   a pread P | pwrite P | pdone P                         word fd=N
 *   a sleep | io | awake                                     awake ends any wait, fail with an error
 *   a put Q | putwait Q | get Q | getwait Q | taskdone Q | joinwait Q | shutdown Q
 *   a send P | sendwait P | receive P | receivewait P | close P
 *   a submit E J | begin J | finish J | idle E | fwait J | fwaitany E     jobs; object E executor value=N: its workers at most
 *   a sread X v=N | swrite X v=N | supdate X v=N             an annotated variable and its version
 */
#pragma once
#include "analysis.h"

typedef struct Scenario Scenario;

Scenario *scenario_new(void);
void scenario_line(Scenario *scenario, const char *line);
/* Frees the scenario; the caller frees the model with scenario_free. */
HdModel *scenario_end(Scenario *scenario);
void scenario_free(HdModel *model);
/* All at once. */
HdModel *scenario_model(const char *script);

guint32 scenario_actor(const HdModel *model, const char *name);
guint32 scenario_object(const HdModel *model, const char *name);
/* "kind grade actor,actor\n" of every finding, in their order. */
char *scenario_findings(const HdModel *model, const HdAnalysis *analysis);
/* Asserts that the script has exactly these findings; checks what must hold of all. */
void scenario_expect(const char *script, const char *findings);
/* Asserts what must hold of any analysis: times, indices, texts, the invariant of blame. */
void scenario_check_analysis(const HdModel *model, const HdAnalysis *analysis);
