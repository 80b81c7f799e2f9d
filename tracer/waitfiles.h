/* LTTng leaves a file in /dev/shm for each user that ran a traced program: a word by which programs without a daemon wait for one. */
#pragma once
/* To be called before the recording: looks what is there already. */
void waitfiles_note(void);
/* Removes those that nobody has mapped: nobody waits there, and the next who wants to makes it again. */
void waitfiles_remove(void);
