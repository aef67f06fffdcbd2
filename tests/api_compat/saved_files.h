/* A file that an earlier version saved, whole in memory. */
#ifndef CELADON_TESTS_SAVED_FILES_H
#define CELADON_TESTS_SAVED_FILES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char* read_file(const char* folder, const char* name, long* size) {
  char path[4096];
  FILE* file;
  char* text = NULL;
  if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) return NULL;
  file = fopen(path, "rb");
  if (file == NULL) return NULL;
  if (fseek(file, 0, SEEK_END) == 0 && (*size = ftell(file)) > 0 && fseek(file, 0, SEEK_SET) == 0 &&
      (text = (char*)malloc((size_t)*size + 1)) != NULL) {
    if (fread(text, 1, (size_t)*size, file) == (size_t)*size) {
      text[*size] = '\0';
    } else {
      free(text);
      text = NULL;
    }
  }
  fclose(file);
  return text;
}

#endif
