/* The switches. What a function must keep by the System V and AAPCS64 calling conventions is saved on the stack that is left: registers and
 * the control words of floating point. Where a stack begins the unwinder is told that there is no caller. */
#include "coroutine.h"
#include <string.h>

#ifdef HD_SWITCH_IS_OURS
/* Where a stack begins. Global: the address of a local symbol of assembler text is not to be had everywhere. */
void hd_stack_begin(void) __attribute__((visibility("hidden")));
#endif

#if defined HD_SWITCH_IS_OURS && defined __x86_64__
/* Control words (8 bytes), r15, r14, r13, r12, rbx, rbp, return address. */
__asm__(".text\n"
        ".p2align 4\n"
        ".globl hd_stack_switch\n"
        ".hidden hd_stack_switch\n"
        ".type hd_stack_switch, @function\n"
        "hd_stack_switch:\n"
        "  .cfi_startproc\n"
        "  endbr64\n"
        "  pushq %rbp\n"
        "  .cfi_def_cfa_offset 16\n  .cfi_offset rbp, -16\n"
        "  pushq %rbx\n"
        "  .cfi_def_cfa_offset 24\n  .cfi_offset rbx, -24\n"
        "  pushq %r12\n"
        "  .cfi_def_cfa_offset 32\n  .cfi_offset r12, -32\n"
        "  pushq %r13\n"
        "  .cfi_def_cfa_offset 40\n  .cfi_offset r13, -40\n"
        "  pushq %r14\n"
        "  .cfi_def_cfa_offset 48\n  .cfi_offset r14, -48\n"
        "  pushq %r15\n"
        "  .cfi_def_cfa_offset 56\n  .cfi_offset r15, -56\n"
        "  subq $8, %rsp\n"
        "  .cfi_def_cfa_offset 64\n"
        "  stmxcsr (%rsp)\n"
        "  fnstcw 4(%rsp)\n"
        "  movq %rsp, (%rdi)\n"
        "  movl (%rsp), %eax\n"
        "  movzwl 4(%rsp), %ecx\n"
        "  movq %rsi, %rsp\n"
        "  cmpl (%rsp), %eax\n" /* loading the control words costs more than all the rest; they seldom differ */
        "  jne 2f\n"
        "1:\n"
        "  cmpw 4(%rsp), %cx\n"
        "  jne 3f\n"
        "4:\n"
        "  addq $8, %rsp\n"
        "  .cfi_def_cfa_offset 56\n"
        "  popq %r15\n"
        "  .cfi_def_cfa_offset 48\n  .cfi_restore r15\n"
        "  popq %r14\n"
        "  .cfi_def_cfa_offset 40\n  .cfi_restore r14\n"
        "  popq %r13\n"
        "  .cfi_def_cfa_offset 32\n  .cfi_restore r13\n"
        "  popq %r12\n"
        "  .cfi_def_cfa_offset 24\n  .cfi_restore r12\n"
        "  popq %rbx\n"
        "  .cfi_def_cfa_offset 16\n  .cfi_restore rbx\n"
        "  popq %rbp\n"
        "  .cfi_def_cfa_offset 8\n  .cfi_restore rbp\n"
        "  popq %rdx\n" /* a return would be predicted to go where this was called from, on the other stack */
        "  .cfi_def_cfa_offset 0\n  .cfi_register rip, rdx\n"
        "  jmp *%rdx\n"
        "  .cfi_def_cfa_offset 64\n  .cfi_offset rip, -8\n  .cfi_offset rbp, -16\n  .cfi_offset rbx, -24\n  .cfi_offset r12, -32\n"
        "  .cfi_offset r13, -40\n  .cfi_offset r14, -48\n  .cfi_offset r15, -56\n"
        "2:\n"
        "  ldmxcsr (%rsp)\n"
        "  jmp 1b\n"
        "3:\n"
        "  fldcw 4(%rsp)\n"
        "  jmp 4b\n"
        "  .cfi_endproc\n"
        ".size hd_stack_switch, . - hd_stack_switch\n"
        ".p2align 4\n"
        ".globl hd_stack_begin\n"
        ".hidden hd_stack_begin\n"
        ".type hd_stack_begin, @function\n"
        "hd_stack_begin:\n"
        "  .cfi_startproc\n"
        "  .cfi_undefined rip\n"
        "  movq %r12, %rdi\n"
        "  call *%r13\n"
        "  ud2\n"
        "  .cfi_endproc\n"
        ".size hd_stack_begin, . - hd_stack_begin\n");

struct frame {
  uint32_t mxcsr;
  uint16_t x87, unused;
  uint64_t r15, r14, r13, r12, rbx, rbp;
  uint64_t resume_at;
};

void hd_switch_prepare(struct hd_coroutine *coroutine, void (*enter)(struct hd_coroutine *)) {
  struct frame *frame = (struct frame *)(void *)(coroutine->stack.base + coroutine->stack.bytes) - 1;
  *frame = (struct frame){.r12 = (uintptr_t)coroutine, .r13 = (uintptr_t)enter, .resume_at = (uintptr_t)hd_stack_begin};
  __asm__ volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(frame->mxcsr), "=m"(frame->x87));
  coroutine->resume_at = frame;
}

#elif defined HD_SWITCH_IS_OURS && defined __aarch64__
/* x19-x30, d8-d15, FPCR: 168 bytes, rounded up to 176. */
__asm__(".text\n"
        ".p2align 4\n"
        ".globl hd_stack_switch\n"
        ".hidden hd_stack_switch\n"
        ".type hd_stack_switch, %function\n"
        "hd_stack_switch:\n"
        "  .cfi_startproc\n"
        "  hint 34\n" /* bti c */
        "  sub sp, sp, #176\n"
        "  .cfi_def_cfa_offset 176\n"
        "  stp x29, x30, [sp]\n"
        "  .cfi_offset x29, -176\n  .cfi_offset x30, -168\n"
        "  stp x19, x20, [sp, #16]\n"
        "  .cfi_offset x19, -160\n  .cfi_offset x20, -152\n"
        "  stp x21, x22, [sp, #32]\n"
        "  .cfi_offset x21, -144\n  .cfi_offset x22, -136\n"
        "  stp x23, x24, [sp, #48]\n"
        "  .cfi_offset x23, -128\n  .cfi_offset x24, -120\n"
        "  stp x25, x26, [sp, #64]\n"
        "  .cfi_offset x25, -112\n  .cfi_offset x26, -104\n"
        "  stp x27, x28, [sp, #80]\n"
        "  .cfi_offset x27, -96\n  .cfi_offset x28, -88\n"
        "  stp d8, d9, [sp, #96]\n"
        "  stp d10, d11, [sp, #112]\n"
        "  stp d12, d13, [sp, #128]\n"
        "  stp d14, d15, [sp, #144]\n"
        "  mrs x9, fpcr\n"
        "  str x9, [sp, #160]\n"
        "  mov x10, sp\n"
        "  str x10, [x0]\n"
        "  mov sp, x1\n"
        "  ldr x10, [sp, #160]\n"
        "  cmp x9, x10\n"
        "  b.eq 1f\n"
        "  msr fpcr, x10\n"
        "1:\n"
        "  ldp d14, d15, [sp, #144]\n"
        "  ldp d12, d13, [sp, #128]\n"
        "  ldp d10, d11, [sp, #112]\n"
        "  ldp d8, d9, [sp, #96]\n"
        "  ldp x27, x28, [sp, #80]\n"
        "  ldp x25, x26, [sp, #64]\n"
        "  ldp x23, x24, [sp, #48]\n"
        "  ldp x21, x22, [sp, #32]\n"
        "  ldp x19, x20, [sp, #16]\n"
        "  ldp x29, x30, [sp]\n"
        "  add sp, sp, #176\n"
        "  .cfi_def_cfa_offset 0\n  .cfi_restore x19\n  .cfi_restore x20\n  .cfi_restore x21\n  .cfi_restore x22\n  .cfi_restore x23\n"
        "  .cfi_restore x24\n  .cfi_restore x25\n  .cfi_restore x26\n  .cfi_restore x27\n  .cfi_restore x28\n  .cfi_restore x29\n"
        "  .cfi_restore x30\n"
        "  ret\n"
        "  .cfi_endproc\n"
        ".size hd_stack_switch, . - hd_stack_switch\n"
        ".p2align 4\n"
        ".globl hd_stack_begin\n"
        ".hidden hd_stack_begin\n"
        ".type hd_stack_begin, %function\n"
        "hd_stack_begin:\n"
        "  .cfi_startproc\n"
        "  .cfi_undefined x30\n"
        "  hint 36\n" /* bti j */
        "  mov x0, x19\n"
        "  blr x20\n"
        "  brk #1\n"
        "  .cfi_endproc\n"
        ".size hd_stack_begin, . - hd_stack_begin\n");

struct frame {
  uint64_t x29, x30, x19, x20, x21_to_x28[8], d8_to_d15[8], fpcr, unused;
};

void hd_switch_prepare(struct hd_coroutine *coroutine, void (*enter)(struct hd_coroutine *)) {
  struct frame *frame = (struct frame *)(void *)(coroutine->stack.base + coroutine->stack.bytes) - 1;
  *frame = (struct frame){.x30 = (uintptr_t)hd_stack_begin, .x19 = (uintptr_t)coroutine, .x20 = (uintptr_t)enter};
  __asm__ volatile("mrs %0, fpcr" : "=r"(frame->fpcr));
  coroutine->resume_at = frame;
}

#else
/* makecontext hands on ints alone: the two halves of each pointer. */
static void begin(unsigned coroutine_high, unsigned coroutine_low, unsigned enter_high, unsigned enter_low) {
  void (*enter)(struct hd_coroutine *) = (void (*)(struct hd_coroutine *))((uintptr_t)((uint64_t)enter_high << 32 | enter_low));
  enter((struct hd_coroutine *)((uintptr_t)((uint64_t)coroutine_high << 32 | coroutine_low)));
}

void hd_switch_prepare(struct hd_coroutine *coroutine, void (*enter)(struct hd_coroutine *)) {
  getcontext(&coroutine->context);
  coroutine->context.uc_stack.ss_sp = coroutine->stack.base;
  coroutine->context.uc_stack.ss_size = coroutine->stack.bytes;
  coroutine->context.uc_link = NULL;
  uint64_t self = (uintptr_t)coroutine, entry = (uintptr_t)enter;
  makecontext(&coroutine->context, (void (*)(void))begin, 4, (unsigned)(self >> 32), (unsigned)self, (unsigned)(entry >> 32),
              (unsigned)entry);
}
#endif
