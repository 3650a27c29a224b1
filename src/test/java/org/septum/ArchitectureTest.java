package org.septum;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who may use whom, and who may use which library. */
class ArchitectureTest {

    private static final String ROOT = "org.septum.";

    /**
     * Place of a package in the order of the layers. A package may use those of lower layers, and in its own layer only
     * those of its family that stand before it.
     */
    private record Place(int layer, String family, int order) {

        boolean mayUse(Place other) {
            return other.layer < layer || other.layer == layer && other.family.equals(family) && other.order < order;
        }
    }

    /**
     * {@code cluster} stands behind {@code cli}, though skins are strangers elsewhere: what {@code spark-submit} starts
     * takes the words of {@code septum cluster spark}, which finds it as a service.
     * <p>
     * {@code bundle} stands after {@code data} in one layer, though equals are strangers elsewhere: a model on disk
     * carries the plan, and the plan is one of data's words.
     */
    private static final Map<String, Place> PLACES = Map.ofEntries(Map.entry("core", new Place(1, "core", 0)),
            Map.entry("io", new Place(2, "io", 0)), Map.entry("metrics", new Place(2, "metrics", 0)),
            Map.entry("model.block", new Place(2, "model", 0)), Map.entry("model.encoder", new Place(2, "model", 1)),
            Map.entry("model", new Place(2, "model", 2)), Map.entry("data", new Place(3, "data", 0)),
            Map.entry("bundle", new Place(3, "data", 1)), Map.entry("train", new Place(4, "train", 0)),
            Map.entry("infer", new Place(4, "infer", 0)), Map.entry("compress", new Place(5, "compress", 0)),
            Map.entry("explain", new Place(5, "explain", 0)), Map.entry("pipeline", new Place(6, "pipeline", 0)),
            Map.entry("fiji", new Place(7, "fiji", 0)), Map.entry("cli", new Place(7, "cli", 0)),
            Map.entry("cluster", new Place(8, "cluster", 0)), Map.entry("ij1", new Place(7, "fiji", 1)));

    static final ArchRule packagesUseOnlyPackagesAboveThem = classes()
            .should(new ArchCondition<>("have a place in the table of layers and use only packages above it") {

                @Override
                public void check(JavaClass item, ConditionEvents events) {
                    Place own = PLACES.get(relative(item));
                    if (own == null) {
                        events.add(SimpleConditionEvent.violated(item, item.getName() + " lies in no layer"));
                        return;
                    }
                    for (Dependency d : item.getDirectDependenciesFromSelf()) {
                        JavaClass target = d.getTargetClass().getBaseComponentType();
                        if (!target.getName().startsWith(ROOT) || relative(target).equals(relative(item)))
                            continue;
                        Place used = PLACES.get(relative(target));
                        if (used == null || !own.mayUse(used))
                            events.add(SimpleConditionEvent.violated(item, d.getDescription()));
                    }
                }
            });

    private static String relative(JavaClass c) {
        return c.getPackageName().startsWith(ROOT) ? c.getPackageName().substring(ROOT.length()) : "";
    }

    static final ArchRule packagesFormNoCycles = slices().matching("org.septum.(**)").should().beFreeOfCycles();

    static final ArchRule onlyIoSeesBioFormats = only("io", "loci..", "ome..");

    static final ArchRule onlyTheCommandLineSeesPicocli = only("cli", "picocli..");

    static final ArchRule onlyFijiCommandsSeeImageJAndSciJava = noClasses().that()
            .resideOutsideOfPackages(ROOT + "fiji..", ROOT + "ij1..").should().dependOnClassesThat()
            .resideInAnyPackage("ij..", "org.scijava..", "net.imagej..");

    static final ArchRule onlyClusterSeesSpark = only("cluster", "org.apache.spark..");

    private static ArchRule only(String allowed, String... libraries) {
        return noClasses().that().resideOutsideOfPackage(ROOT + allowed + "..").should().dependOnClassesThat()
                .resideInAnyPackage(libraries).allowEmptyShould(true);
    }

    static final ArchRule wordsFilesScoresAndSkinsKnowNoDeepLearning = noClasses().that()
            .resideInAnyPackage("org.septum.core..", "org.septum.io..", "org.septum.metrics..", "org.septum.fiji..",
                    "org.septum.ij1..", "org.septum.cli..")
            .should().dependOnClassesThat().resideInAnyPackage("ai.djl..");

    static final ArchRule coreNeedsOnlyJavaAndImgLib2 = classes().that().resideInAPackage("org.septum.core..").should()
            .onlyDependOnClassesThat().resideInAnyPackage("java..", "net.imglib2..", "org.septum.core..");

    static final ArchRule onlyTheCommandLinePrintsAndExits = noClasses().that()
            .resideOutsideOfPackage("org.septum.cli..").should().accessField(System.class, "out").orShould()
            .accessField(System.class, "err").orShould().callMethod(System.class, "exit", int.class).orShould()
            .callMethod(Throwable.class, "printStackTrace");

    static final ArchRule randomnessHasASeed = noClasses().should().callConstructor(Random.class).orShould()
            .callConstructor(SplittableRandom.class).orShould().callMethod(Math.class, "random").orShould()
            .callMethod(StrictMath.class, "random").orShould().dependOnClassesThat()
            .belongToAnyOf(ThreadLocalRandom.class).orShould().callMethod(Collections.class, "shuffle", List.class);

    /**
     * The rules as tests of JUnit's own engine.
     * <p>
     * <b>Why?</b> ArchUnit has an engine for fields, but what it finds does not reach the report of this Surefire: a
     * broken rule passed.
     */
    @TestFactory
    Stream<DynamicTest> everyRuleHolds() {
        JavaClasses all = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("org.septum");
        assertThat(all).isNotEmpty();
        return Arrays.stream(ArchitectureTest.class.getDeclaredFields()).filter(f -> f.getType() == ArchRule.class)
                .map(f -> DynamicTest.dynamicTest(f.getName(), () -> ((ArchRule) f.get(null)).check(all)));
    }

    @Test
    void equalsAreStrangersAndFamiliesHaveAnOrder() {
        assertThat(PLACES.get("bundle").mayUse(PLACES.get("data"))).isTrue();
        assertThat(PLACES.get("data").mayUse(PLACES.get("bundle"))).isFalse();
        assertThat(PLACES.get("model").mayUse(PLACES.get("metrics"))).isFalse();
        assertThat(PLACES.get("cli").mayUse(PLACES.get("fiji"))).isFalse();
        assertThat(PLACES.get("cli").mayUse(PLACES.get("core"))).isTrue();
    }
}
