package io.oxbow.tidy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/**
 * Class files of what is shipped, by the source file's type: nested classes count as parts of their
 * outermost one.
 */
final class Classes {
    /** All classes of ours but those of tests. */
    static final JavaClasses SHIPPED =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .withImportOption(location -> !location.contains("/tidy/"))
                    .importPackages("io.oxbow");

    private Classes() {}

    /** Returns the outermost class around a class, or around an array's elements. */
    static JavaClass top(JavaClass type) {
        JavaClass top = type.isArray() ? type.getBaseComponentType() : type;
        while (top.getEnclosingClass().isPresent()) {
            top = top.getEnclosingClass().get();
        }
        return top;
    }

    /** Returns true if the class is one of this project's. */
    static boolean ours(JavaClass type) {
        return type.getPackageName().startsWith("io.oxbow");
    }
}
