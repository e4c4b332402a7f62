export { type TriggerDraft, triggerBody } from "./draft.ts";
export { argumentsFor, exampleArguments, kindOfTest, type TriggerKind } from "./plugin-arguments.ts";
export { type PluginName, pluginName } from "./plugin-name.ts";
export {
  runsOnWrites,
  type SpecificationChoice,
  specificationChoices,
  specificationProblem,
} from "./specification.ts";
export { suggestedName, triggerNameProblem } from "./trigger-name.ts";
