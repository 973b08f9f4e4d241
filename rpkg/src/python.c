/* Finding Python's functions. The library is reticulate's: opened already, whether its symbols are global or not. */
#include "python.h"

python_t python;

#ifdef _WIN32

int tfbridge_find_python(const char *library)
{
    return 0;
}

#else

#include <dlfcn.h>

int tfbridge_find_python(const char *library)
{
    void *handle = library[0] ? dlopen(library, RTLD_LAZY | RTLD_NOLOAD) : NULL;
    const struct {
        const char *name;
        void *place;
    } wanted[] = {
        {"PyObject_Call", &python.call},
        {"PyGILState_Ensure", &python.gil_ensure},
        {"PyGILState_Release", &python.gil_release},
        {"Py_IncRef", &python.incref},
        {"Py_DecRef", &python.decref},
        {"PyObject_Type", &python.type},
        {"PyErr_Occurred", &python.error},
        {"PyErr_Clear", &python.clear},
        {"PyObject_GetAttrString", &python.attribute},
        {"PySequence_List", &python.as_list},
        {"PyTuple_New", &python.new_tuple},
        {"PyTuple_SetItem", &python.set_tuple},
        {"PyList_New", &python.new_list},
        {"PyList_SetItem", &python.set_list},
        {"PyList_GetItem", &python.get_list},
        {"PyList_Size", &python.list_size},
        {"PyTuple_GetItem", &python.get_tuple},
        {"PyTuple_Size", &python.tuple_size},
        {"PyDict_Size", &python.dict_size},
        {"PyDict_Next", &python.dict_next},
        {"PyDict_New", &python.new_dict},
        {"PyDict_SetItemString", &python.set_dict},
        {"PyFloat_FromDouble", &python.from_double},
        {"PyLong_FromLong", &python.from_long},
        {"PyBool_FromLong", &python.from_bool},
        {"PyUnicode_FromStringAndSize", &python.from_text},
        {"PyFloat_AsDouble", &python.as_double},
        {"PyLong_AsLongAndOverflow", &python.as_long},
        {"PyUnicode_AsUTF8AndSize", &python.as_text},
        {"PyLong_FromVoidPtr", &python.from_pointer},
        {"PyMemoryView_FromMemory", &python.look_at_memory},
        {"PyCapsule_New", &python.new_capsule},
        {"PyCapsule_GetPointer", &python.capsule_pointer},
        {"_Py_NoneStruct", &python.none},
        {"_Py_TrueStruct", &python.true_},
        {"PyFloat_Type", &python.float_type},
        {"PyLong_Type", &python.int_type},
        {"PyBool_Type", &python.bool_type},
        {"PyUnicode_Type", &python.text_type},
        {"PyList_Type", &python.list_type},
        {"PyTuple_Type", &python.tuple_type},
        {"PyDict_Type", &python.dict_type},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        void *found = dlsym(handle ? handle : RTLD_DEFAULT, wanted[i].name);
        if (!found) return 0;
        *(void **) wanted[i].place = found;
    }
    return 1;
}

#endif
