package io.oxbow.node.roots;

import io.oxbow.broker.Broker;
import io.oxbow.catalog.PointerCatalog;
import io.oxbow.node.server.Node;
import io.oxbow.s3stream.StreamStore;
import io.oxbow.schema.SchemaRegistry;
import io.oxbow.sql.SqlEngine;
import io.oxbow.tableflow.service.TableService;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Compiled classes of the node's modules, and the names of their methods. */
final class ProductClasses {

    /** One class of each module. */
    private static final List<Class<?>> MODULES =
            List.of(
                    StreamStore.class,
                    SchemaRegistry.class,
                    PointerCatalog.class,
                    Broker.class,
                    TableService.class,
                    SqlEngine.class,
                    Node.class);

    private static final String PRODUCT = "io/oxbow/";
    private static final String CODE = "#code";

    private ProductClasses() {}

    static List<ClassModel> all() throws Exception {
        List<ClassModel> classes = new ArrayList<>();
        for (Class<?> module : MODULES) {
            URI location = module.getProtectionDomain().getCodeSource().getLocation().toURI();
            Path path = Path.of(location);
            if (Files.isDirectory(path)) {
                read(path, classes);
            } else {
                try (FileSystem jar = FileSystems.newFileSystem(path)) {
                    read(jar.getPath("/"), classes);
                }
            }
        }
        return classes;
    }

    private static void read(Path root, List<ClassModel> classes) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files =
                    all.filter(file -> file.toString().endsWith(".class"))
                            .filter(file -> !file.toString().endsWith("module-info.class"))
                            .toList();
        }
        for (Path file : files) {
            classes.add(ClassFile.of().parse(Files.readAllBytes(file)));
        }
    }

    /** Returns the names of all places, as {@link FaultLoader} knows them. */
    static Set<String> places() throws Exception {
        Set<String> places = new HashSet<>();
        for (ClassModel model : all()) {
            String name = shortName(model.thisClass().asInternalName());
            model.methods().forEach(method -> places.add(name + "." + placeOf(method)));
        }
        return places;
    }

    /** Returns a class's name without what all of the product's have in common. */
    static String shortName(String internal) {
        String rest =
                internal.startsWith(PRODUCT) ? internal.substring(PRODUCT.length()) : internal;
        return rest.replace('/', '.');
    }

    /** Returns a method's name; of a lambda's code, that of the method it stands in. */
    static String methodOf(ClassModel model, MethodModel method) {
        return shortName(model.thisClass().asInternalName())
                + "."
                + placeOf(method).replace(CODE, "");
    }

    /** Returns a method's name; of a lambda's code, {@code method#code}. */
    static String placeOf(MethodModel method) {
        String name = method.methodName().stringValue();
        String[] parts = name.split("\\$");
        return name.startsWith("lambda$") && parts.length > 2 ? parts[1] + CODE : name;
    }
}
