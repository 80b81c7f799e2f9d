#include "random-log.h"
#include "script.h"

static void random_task_event(Script *script, guint32 emitter, gint64 at_ns) {
  static const enum hd_operation operations[] = {HD_OPERATION_TASK_STEP,
                                                 HD_OPERATION_TASK_STEP,
                                                 HD_OPERATION_TASK_YIELD,
                                                 HD_OPERATION_TASK_END,
                                                 HD_OPERATION_TASK_READY,
                                                 HD_OPERATION_TASK_READY,
                                                 HD_OPERATION_TASK_CANCEL,
                                                 HD_OPERATION_TASK_AWAIT,
                                                 HD_OPERATION_GROUP_AWAIT_ALL,
                                                 HD_OPERATION_TASK_MEMBER,
                                                 HD_OPERATION_ASYNC_LOCK_AWAIT,
                                                 HD_OPERATION_SLEEP_AWAIT,
                                                 HD_OPERATION_ASYNC_QUEUE_GET_AWAIT,
                                                 HD_OPERATION_QUEUE_PUT,
                                                 HD_OPERATION_QUEUE_GET,
                                                 HD_OPERATION_CALLBACK_SCHEDULE,
                                                 HD_OPERATION_CALLBACK_BEGIN,
                                                 HD_OPERATION_CALLBACK_END,
                                                 HD_OPERATION_CALLBACK_CANCEL,
                                                 HD_OPERATION_SCHEDULE_BEGIN,
                                                 HD_OPERATION_SCHEDULE_END,
                                                 HD_OPERATION_EVENT_SET};
  guint64 object = pick(3) ? TASK(1 + pick(6)) : 0x1000 + 4 * pick(4);
  switch (pick(12)) {
  case 0:
    script_task(script, emitter, 1 + pick(6), 0x1000, at_ns, pick(2) ? "a" : "");
    break;
  case 1:
    script_hold(script, emitter, pick(2) ? HD_OPERATION_GIL_ACQUIRE : HD_OPERATION_LOCK_ACQUIRE, object, pick(at_ns + 1), at_ns);
    break;
  case 2:
    script_wait(script, emitter, pick(2) ? HD_OPERATION_GIL_ACQUIRE : HD_OPERATION_CONDITION_WAIT, object, pick(2) ? 0x1000 : 0,
                pick(at_ns + 1), pick(10) ? at_ns : NEVER, pick(HD_WAIT_RESULT_COUNT));
    break;
  case 3:
    script_acquired(script, emitter, HD_OPERATION_LOCK_ACQUIRE, object, at_ns);
    break;
  case 4:
    script_released(script, emitter, HD_OPERATION_LOCK_RELEASE, object, at_ns);
    break;
  case 5:
    script_lose(script, emitter, pick(3));
    break;
  default:
    script_instant(script, emitter, operations[pick(G_N_ELEMENTS(operations))], object, pick(8), at_ns);
  }
}

HdModel *random_tasks(void) {
  Script *script = script_threads(1 + pick(3));
  for (guint32 number = 1; number <= 4; number++) script_task(script, 1, number, 0x1000, 10 + number, "task");
  gint64 now_ns = 50;
  for (guint i = pick(600); i > 0; i--) {
    random_task_event(script, 1 + pick(3), pick(30) ? now_ns : pick(3000));
    now_ns += pick(10);
  }
  return script_model(script, 2000);
}
