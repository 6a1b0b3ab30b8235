package io.oxbow.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Packages depend in one direction, are small, and are named truly in documents. */
final class PackagesTest {
    private static final int FILES_MAX = 30;
    private static final int KNOT_MAX = 6;
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
    private static final Pattern FRAME = Pattern.compile("(?<=\")io/oxbow/[\\w/]+");
    private static final Pattern OURS =
            Pattern.compile("\\bio\\.oxbow(?:\\.[a-z][a-z0-9_]*)+(?:\\.[A-Z]\\w*)?");

    @Test
    void noPackagesFormACircle() {
        var graph = new Graph();
        for (JavaClass type : Classes.SHIPPED) {
            type.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> Classes.top(dependency.getTargetClass()))
                    .filter(Classes::ours)
                    .forEach(target -> graph.edge(type.getPackageName(), target.getPackageName()));
        }
        Findings.check(
                "package-circles",
                "move a class or turn a dependency round, so that one package stands above the other",
                graph.circles().stream().map(circle -> String.join(" ", circle)).toList());
    }

    @Test
    void noLargeKnotOfClassesWithinAPackage() {
        Map<String, Graph> graphs = new TreeMap<>();
        for (JavaClass type : Classes.SHIPPED) {
            Graph graph = graphs.computeIfAbsent(type.getPackageName(), name -> new Graph());
            type.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> Classes.top(dependency.getTargetClass()))
                    .filter(target -> target.getPackageName().equals(type.getPackageName()))
                    .forEach(target -> graph.edge(unit(type), unit(target)));
        }
        var found = new ArrayList<String>();
        graphs.forEach((name, graph) ->
                graph.circles().stream()
                        .filter(circle -> circle.size() > KNOT_MAX)
                        .forEach(circle -> found.add(name + ": " + String.join(" ", circle))));
        Findings.check(
                "knots", "at most " + KNOT_MAX + " classes may need each other in a circle", found);
    }

    @Test
    void packagesAreSmall() {
        Map<String, Long> sizes =
                SourceFile.java().stream()
                        .filter(file -> !file.name().equals("package-info.java"))
                        .collect(
                                Collectors.groupingBy(
                                        file ->
                                                file.path()
                                                        .substring(0, file.path().lastIndexOf('/')),
                                        TreeMap::new,
                                        Collectors.counting()));
        Findings.check(
                "large-packages",
                "at most " + FILES_MAX + " files; split it at a noun",
                sizes.entrySet().stream()
                        .filter(entry -> entry.getValue() > FILES_MAX)
                        .map(Map.Entry::getKey)
                        .toList());
    }

    @Test
    void sourcesLieInTheFoldersOfTheirPackages() {
        Findings.check(
                "misplaced",
                "the package's name and the folder differ",
                SourceFile.java().stream()
                        .filter(file ->
                                !file.path().contains("java/" + folderOf(file) + file.name()))
                        .map(SourceFile::path)
                        .toList());
    }

    /** Names of frames, by which profiles are sorted, are text to the compiler. */
    @Test
    void framesNamedInSourcesResolve() {
        Collection<String> known = classes();
        var found = new ArrayList<String>();
        for (SourceFile file : SourceFile.shipped()) {
            FRAME.matcher(file.text())
                    .results()
                    .map(frame -> frame.group().replace('/', '.'))
                    .filter(frame -> known.stream().noneMatch(name -> name.startsWith(frame)))
                    .forEach(frame -> found.add(file.name() + ": " + frame));
        }
        Findings.check("frames", "no such package or class", found);
    }

    @Test
    void namesInDocumentsResolve() {
        Collection<String> known = classes();
        var found = new ArrayList<String>();
        for (SourceFile page : SourceFile.pages()) {
            OURS.matcher(page.text())
                    .results()
                    .map(name -> name.group())
                    .filter(name -> !known.contains(name))
                    .forEach(name -> found.add(page.path() + ": " + name));
        }
        Findings.check("names-in-documents", "no such package or class", found);
    }

    @Test
    void aCircleIsFound() {
        var graph = new Graph();
        graph.edge("a", "b");
        graph.edge("b", "c");
        graph.edge("c", "b");
        graph.edge("c", "d");
        assertThat(graph.circles()).containsExactly(List.of("b", "c"));
    }

    /**
     * Returns the top-level class that counts: a permitted class is one with its sealed type,
     * wherever both stand alone.
     */
    private static String unit(JavaClass type) {
        JavaClass top = Classes.top(type);
        return top.getAllRawInterfaces().stream()
                .filter(parent -> Classes.ours(parent) && permits(parent, top))
                .map(PackagesTest::unit)
                .findFirst()
                .orElse(top.getSimpleName());
    }

    private static boolean permits(JavaClass parent, JavaClass type) {
        try {
            Class<?>[] permitted =
                    Class.forName(parent.getName(), false, PackagesTest.class.getClassLoader())
                            .getPermittedSubclasses();
            return permitted != null
                    && List.of(permitted).stream()
                            .anyMatch(child -> child.getName().equals(type.getName()));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the full names of all types and of the packages around them. */
    private static Collection<String> classes() {
        var known = new TreeSet<String>();
        for (SourceFile file : SourceFile.java()) {
            int begin = file.path().indexOf("java/") + "java/".length();
            String name =
                    file.path()
                            .substring(begin, file.path().length() - ".java".length())
                            .replace('/', '.');
            known.add(name);
            for (int dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
                known.add(name.substring(0, dot));
            }
        }
        return known;
    }

    private static String folderOf(SourceFile file) {
        Matcher found = PACKAGE.matcher(file.text());
        return found.find() ? found.group(1).replace('.', '/') + "/" : "";
    }
}
