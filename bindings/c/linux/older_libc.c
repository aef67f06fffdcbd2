/* Functions of newer C libraries that the static libstdc++ and libgcc ask for, so that the shared library runs on older ones (glibc 2.34
   instead of 2.36). They are hidden: the host and other libraries keep those of the machine. Linked with the static runtime only. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/random.h>

#define CELADON_HIDDEN __attribute__((visibility("hidden")))

/* glibc 2.36, for std::random_device, which this library does not use. */
CELADON_HIDDEN uint32_t arc4random(void);
uint32_t arc4random(void) {
  uint32_t value;
  for (;;) {
    const ssize_t n = getrandom(&value, sizeof value, 0);
    if (n == (ssize_t)sizeof value) return value;
    if (n < 0 && errno != EINTR) __builtin_trap(); /* no randomness is no answer */
  }
}

#if defined(DLFO_STRUCT_HAS_EH_DBASE) && !DLFO_STRUCT_HAS_EH_DBASE
/* glibc 2.35, for the unwinder: the loaded object that holds an address. As before 2.35, the loader's list is walked; an exception in this
   library is the end of a call, so that the walk costs nothing that counts. */
typedef struct search {
  uintptr_t address;
  struct dl_find_object* found;
} search;

static int look_at(struct dl_phdr_info* object, size_t size, void* user) {
  const search* wanted = (const search*)user;
  const ElfW(Phdr)* frame = NULL;
  uintptr_t first = 0, last = 0;
  int i;
  (void)size;
  for (i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)* part = &object->dlpi_phdr[i];
    const uintptr_t begin = (uintptr_t)object->dlpi_addr + (uintptr_t)part->p_vaddr;
    if (part->p_type == PT_GNU_EH_FRAME) frame = part;
    if (part->p_type == PT_LOAD && wanted->address >= begin && wanted->address - begin < (uintptr_t)part->p_memsz) {
      first = begin;
      last = begin + (uintptr_t)part->p_memsz;
    }
  }
  if (last == 0) return 0;
  if (frame == NULL) return -1;
  wanted->found->dlfo_flags = 0;
  wanted->found->dlfo_map_start = (void*)first;
  wanted->found->dlfo_map_end = (void*)last;
  wanted->found->dlfo_link_map = NULL;
  wanted->found->dlfo_eh_frame = (void*)((uintptr_t)object->dlpi_addr + (uintptr_t)frame->p_vaddr);
  return 1;
}

CELADON_HIDDEN int _dl_find_object(void* address, struct dl_find_object* result) {
  search wanted = {(uintptr_t)address, result};
  return dl_iterate_phdr(look_at, &wanted) == 1 ? 0 : -1;
}
#endif
