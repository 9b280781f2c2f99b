# Read by llama.cpp's own CMakeLists after project(): CMAKE_PROJECT_llama.cpp_INCLUDE names this file.
# Left out: what the Python binding does not load. Kept optimised: what computes.

set(LLAMA_BUILD_COMMON OFF CACHE BOOL "" FORCE)
set(LLAMA_ALL_WARNINGS OFF CACHE BOOL "" FORCE)
set(GGML_ALL_WARNINGS OFF CACHE BOOL "" FORCE)

function(assistant_finish)
    if (TARGET llama AND NOT MSVC)
        # It builds graphs and reads files; the kernels are in ggml.
        target_compile_options(llama PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-O1>)
        target_precompile_headers(llama PRIVATE
            <algorithm> <cstdint> <functional> <map> <memory> <regex> <string> <unordered_map> <vector>)
    endif()
    if (TARGET ggml-base AND NOT MSVC)
        foreach (source ggml-backend-meta.cpp gguf.cpp ggml-opt.cpp ggml-backend.cpp ggml.cpp)
            set_property(SOURCE ggml/src/${source} TARGET_DIRECTORY ggml-base APPEND PROPERTY COMPILE_OPTIONS -O1)
        endforeach()
    endif()
    set(options)
    foreach (option NATIVE SSE42 AVX F16C FMA BMI2 AVX2 AVX_VNNI AVX512 AVX512_VBMI AVX512_VNNI AVX512_BF16
             AMX_TILE AMX_INT8 AMX_BF16)
        if (GGML_${option})
            list(APPEND options "GGML_${option}\n")
        endif()
    endforeach()
    string(CONCAT options ${options})
    file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/instructions.txt" "${options}")
    install(FILES "${CMAKE_CURRENT_BINARY_DIR}/instructions.txt" DESTINATION "${SKBUILD_PLATLIB_DIR}/llama_cpp/lib")
endfunction()

cmake_language(DEFER CALL assistant_finish)
