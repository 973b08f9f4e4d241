/* The few functions of Python's stable C API that a crossing needs, found in the libpython that reticulate has loaded. */
#ifndef TFBRIDGE_PYTHON_H
#define TFBRIDGE_PYTHON_H

#include <stddef.h>

typedef void *object_t;

/* PyBUF_WRITE, of look_at_memory(). */
#define WRITABLE 0x200

typedef struct {
    object_t (*call)(object_t, object_t, object_t);
    int (*gil_ensure)(void);
    void (*gil_release)(int);
    void (*incref)(object_t);
    void (*decref)(object_t);
    object_t (*type)(object_t);
    object_t (*error)(void);
    void (*clear)(void);
    object_t (*attribute)(object_t, const char *);
    object_t (*as_list)(object_t);
    object_t (*new_tuple)(ptrdiff_t);
    int (*set_tuple)(object_t, ptrdiff_t, object_t);
    object_t (*new_list)(ptrdiff_t);
    int (*set_list)(object_t, ptrdiff_t, object_t);
    object_t (*get_list)(object_t, ptrdiff_t);
    ptrdiff_t (*list_size)(object_t);
    object_t (*get_tuple)(object_t, ptrdiff_t);
    ptrdiff_t (*tuple_size)(object_t);
    ptrdiff_t (*dict_size)(object_t);
    int (*dict_next)(object_t, ptrdiff_t *, object_t *, object_t *);
    object_t (*new_dict)(void);
    int (*set_dict)(object_t, const char *, object_t);
    object_t (*from_double)(double);
    object_t (*from_long)(long);
    object_t (*from_bool)(long);
    object_t (*from_text)(const char *, ptrdiff_t);
    double (*as_double)(object_t);
    long (*as_long)(object_t, int *);
    const char *(*as_text)(object_t, ptrdiff_t *);
    object_t (*from_pointer)(void *);
    object_t (*look_at_memory)(char *, ptrdiff_t, int);
    object_t (*new_capsule)(void *, const char *, void (*)(object_t));
    void *(*capsule_pointer)(object_t, const char *);
    object_t none, true_, float_type, int_type, bool_type, text_type, list_type, tuple_type, dict_type;
} python_t;

extern python_t python;

/* 1 when all of it was found. */
int tfbridge_find_python(const char *library);

#endif
