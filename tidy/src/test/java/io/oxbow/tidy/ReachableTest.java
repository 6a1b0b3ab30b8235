package io.oxbow.tidy;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Every shipped class is reached from a program that users start, or its package is marked as
 * staged in {@code docs/status.md}.
 */
final class ReachableTest {
    private static final Set<String> PROGRAMS =
            Set.of("Main", "JvmOptions", "MergedJar", "Training");

    @Test
    void unreachedClassesAreMarkedAsStaged() {
        Map<JavaClass, List<JavaClass>> files =
                Classes.SHIPPED.stream()
                        .filter(type -> !type.getPackageName().startsWith("io.oxbow.simulation"))
                        .filter(type -> !type.getSimpleName().equals("package-info"))
                        .collect(Collectors.groupingBy(Classes::top));
        Set<JavaClass> reached = reachedFromPrograms(files);
        String status = SourceFile.page("docs/status.md").text();
        Findings.check(
                "unreached",
                "delete it, call it, or name its package as staged in docs/status.md",
                files.keySet().stream()
                        .filter(type -> !reached.contains(type))
                        .filter(type ->
                                !type.getMethods()
                                        .isEmpty()) // constants are copied into their users
                        .filter(type -> !status.contains("`" + type.getPackageName() + "`"))
                        .map(JavaClass::getName)
                        .toList());
    }

    /** Returns the classes of ours that a ServiceLoader finds. */
    private static Set<String> services() {
        String kind = "META-INF/services/io.oxbow.s3stream.store.StoreKind";
        var found = new HashSet<String>();
        try {
            for (URL list :
                    Collections.list(ReachableTest.class.getClassLoader().getResources(kind))) {
                try (InputStream in = list.openStream()) {
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .forEach(found::add);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static Set<JavaClass> reachedFromPrograms(Map<JavaClass, List<JavaClass>> files) {
        var reached = new HashSet<JavaClass>();
        var open = new ArrayDeque<JavaClass>();
        files.keySet().stream()
                .filter(type -> type.getPackageName().startsWith("io.oxbow.node"))
                .filter(type -> PROGRAMS.contains(type.getSimpleName()))
                .forEach(open::add);
        Set<String> services = services();
        files.keySet().stream()
                .filter(type -> services.contains(type.getName()))
                .forEach(open::add);
        while (!open.isEmpty()) {
            JavaClass type = open.remove();
            if (reached.add(type)) {
                for (JavaClass part : files.getOrDefault(type, List.of())) {
                    part.getDirectDependenciesFromSelf().stream()
                            .map(dependency -> Classes.top(dependency.getTargetClass()))
                            .filter(Classes::ours)
                            .forEach(open::add);
                }
            }
        }
        return reached;
    }
}
