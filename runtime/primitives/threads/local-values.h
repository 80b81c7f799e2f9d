/* The values of thread-locals that a thread has, to be destroyed at its end. */
#ifndef HEDDLE_LOCAL_VALUES_H
#define HEDDLE_LOCAL_VALUES_H

/* In the thread that ends, while it still may be recorded: calls the destructors of its values, and gives their memory back. For a thread
 * that the runtime did not make the C library calls it. */
void hd_local_values_end(void);

#endif
