/* Pipes and child programs, to be recorded: each direction is a pipe of its own, each wait a state of its own kind, each child a process,
 * also one that is linked statically and says nothing itself.
 *
 * expect: exit 5
 * expect: lost 0
 * expect: processes 6
 * expect: actor process recorded-messages
 * expect: actor process sh
 * expect: actor process sleep
 * expect: actor process silent
 * expect: objects pipe 5
 * expect: says-nothing
 */
