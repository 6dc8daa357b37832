"""Reads {"document": …, "instances": [{"schema": name, "value": …}]}; writes one line for everything that is wrong with
the OpenAPI document or with an instance of one of its schemas."""

import json
import sys

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

given = json.load(sys.stdin)
document = given["document"]
for error in OpenAPIV31SpecValidator(document).iter_errors():
    print(f"document: {'/'.join(map(str, error.absolute_path))}: {error.message}")

for instance in given["instances"]:
    # The document stands in for a schema store: its references are absolute in it.
    schema = {"$ref": "#/components/schemas/" + instance["schema"], "components": document["components"]}
    for error in Draft202012Validator(schema).iter_errors(instance["value"]):
        print(f"{instance['schema']}: {'/'.join(map(str, error.absolute_path))}: {error.message}")
